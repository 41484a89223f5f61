import { playbook, z } from 'rota';
import { file } from 'rota/tasks';
import { timeZone } from './tasks/time-zone.ts';

/** What every host has. */
export default playbook({
  name: 'site',
  hosts: 'all',
  vars: z.object({ site_text: z.string(), site_time_zone: z.string().default('Etc/UTC') }),
  prefixes: ['site_'],
  tasks: ({ host, vars }) => [
    file({ path: '/etc/motd', body: `${host.name}: ${vars.site_text}\n` }),
    timeZone(vars.site_time_zone),
  ],
});

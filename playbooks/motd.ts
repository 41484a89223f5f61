import { z } from 'zod';
import { playbook } from '#engine/model/playbook.ts';
import { file } from '#tasks/files/file.ts';
import { sysctl } from '#tasks/system/sysctl.ts';

/** A small example: a file and a kernel parameter on every host, then a look by hand. */
export default playbook({
  name: 'motd',
  hosts: 'all',
  vars: z.object({ motd_text: z.string().default('Managed by rota.') }),
  prefixes: ['motd_'],
  tasks: ({ host, vars }) => [
    file({ path: '/etc/motd', body: `${host.name}: ${vars.motd_text}\n` }),
    sysctl('net.ipv4.ip_forward', '1'),
  ],
  script: async ({ on, members }) => {
    const [first] = members;
    if (first) process.stdout.write(await on(first.host.name).$`uptime`.text());
  },
});

import { playbook } from '#engine/model/playbook.ts';
import { absent } from '#tasks/files/absent.ts';
import { fetch } from '#tasks/files/fetch.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { sysctl } from '#tasks/system/sysctl.ts';

/** A task of each kind that needs nothing but files, in two stages, and work on the control machine. */
export default playbook({
  name: 'tasks',
  hosts: 'web',
  local: () => [folder({ path: '/srv' }), file({ path: '/srv/built', body: 'here\n' })],
  tasks: ({ host }) => [
    [
      folder({ path: '/srv/app/data', mode: '0750' }),
      inFile({ path: '/etc/hosts', what: { line: '10.0.0.1 db' } }),
      absent({ path: '/etc/motd' }),
      sysctl('net.ipv4.ip_forward', '1'),
    ],
    [
      file({
        path: '/srv/app/data/conf',
        body: `${host.name}\n`,
        mode: '0640',
        check: 'test -s "$1"',
      }),
      ...(host.name === 'real1'
        ? [fetch({ path: '/etc/hosts', to: '/tmp/rota-prove-fetched/hosts' })]
        : []),
    ],
  ],
});

import { z } from 'zod';
import { playbook } from '#engine/model/playbook.ts';
import { type Task, task } from '#engine/model/task.ts';
import { file } from '#tasks/files/file.ts';
import { folder } from '#tasks/files/folder.ts';
import { sysctl } from '#tasks/system/sysctl.ts';
import { INTERFACE, renderedFiles, WORK_FOLDERS, WORK_SYSCTLS } from './work.ts';

/** The work of the bench, as rota does it. */
export default playbook({
  name: 'bench',
  hosts: 'all',
  vars: z.object({ bench_address: z.string(), bench_priority: z.string() }),
  prefixes: ['bench_'],
  tasks: ({ host: { name }, vars: { bench_address: address, bench_priority: priority } }) => [
    ...WORK_SYSCTLS.map((parameter) => sysctl(parameter, '1')),
    ...WORK_FOLDERS.map((path) => folder({ path })),
    ...renderedFiles({ name, address, priority }).map((rendered) => file(rendered)),
    hasAddress(address),
  ],
});

function hasAddress(address: string): Task {
  return task({
    title: `address ${address}`,
    desired: { there: true },
    reads: {
      addresses: {
        key: `addresses of ${INTERFACE}`,
        script: `exec ip -j addr show dev ${INTERFACE}`,
        parse: ({ stdout }) => JSON.stringify(JSON.parse(stdout)),
      },
    },
    inspect: ({ addresses }) => ({ there: addresses.includes(`"${address}"`) }),
    apply: () => [],
  });
}

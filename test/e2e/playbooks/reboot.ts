import { z } from 'zod';
import { playbook } from '#engine/model/playbook.ts';
import { fileAt } from '#engine/reads/file.ts';
import { file } from '#tasks/files/file.ts';
import { reboot } from '#tasks/work/reboot.ts';
import { run } from '#tasks/work/run.ts';

const UP = 'up after the boot';
/** What the host's own start has to make anew, since it lies in /run. */
const UP_PATH = '/run/up';

/** A boot between two stages, host after host; `fails`: what comes after the boot. */
export default playbook({
  name: 'reboot',
  hosts: 'all',
  vars: z.object({
    text: z.string(),
    fails: z.stringbool().default(false),
    within: z.number(),
  }),
  tasks: ({ vars }) => [
    [
      file({ path: '/etc/before-the-boot', body: `${vars.text}\n` }),
      reboot({ within: vars.within, when: '[ -e /run/reboot-required ]' }),
    ],
    [
      run({
        title: UP,
        script: vars.fails ? 'false' : `echo ${vars.text} >${UP_PATH}`,
        unless: `grep -qsx ${vars.text} ${UP_PATH}`,
      }),
    ],
  ],
  rollout: {
    serial: 1,
    gate: ({ done }) => ({
      title: 'those that were changed are up',
      ...{ spacingMs: 50, deadlineMs: 5000, patienceMs: 1000 },
      readsFor: (host) => (done.includes(host) ? { up: fileAt(UP_PATH) } : {}),
      judge: (sample) =>
        [...sample].flatMap(([host, answers]) => {
          const isUp =
            !done.includes(host) ||
            (!(answers instanceof Error) && answers.find(fileAt(UP_PATH))?.type === 'file');
          return isUp ? [] : [{ what: host, expected: 'up', seen: 'not' }];
        }),
    }),
  },
});

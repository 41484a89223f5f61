import { playbook, sh, task, z } from 'rota';
import { fileAt } from 'rota/reads';

/** A change per turn that says when it begins and ends, waits while /srv/hold is on its host, and counts how often it was made there. */
export default playbook({
  name: 'queued',
  hosts: 'all',
  vars: z.object({
    turn: z.string(),
    deadly: z.boolean().default(false),
    broken: z.boolean().default(false),
  }),
  rollout: { serial: 1, rings: (members) => members.map(({ host }) => [host.name]) },
  tasks: ({ vars: { turn, deadly, broken } }) => {
    if (deadly) process.kill(process.pid, 'SIGKILL');
    return [
      task({
        title: 'done',
        desired: { turn },
        reads: { done: fileAt('/srv/done') },
        inspect: ({ done }) => ({ turn: done.type === 'file' ? (done.content ?? '') : '' }),
        apply: () => [
          {
            kind: 'run',
            title: 'do it',
            script: sh`date +%s%N >>/srv/times; while [ -e /srv/hold ]; do sleep 0.05; done
date +%s%N >>/srv/times
[ ${String(broken)} = false ] || exit 1
echo ${turn} >>/srv/turns; printf %s ${turn} >/srv/done`,
          },
        ],
      }),
    ];
  },
});

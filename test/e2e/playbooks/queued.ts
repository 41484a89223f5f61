import { playbook, sh, task, z } from 'rota';
import { fileAt } from 'rota/reads';

/** A change per turn that waits while /srv/hold is on its host, and counts how often it was made there. */
export default playbook({
  name: 'queued',
  hosts: 'all',
  vars: z.object({ turn: z.string(), deadly: z.boolean().default(false) }),
  rollout: { serial: 1, rings: (members) => members.map(({ host }) => [host.name]) },
  tasks: ({ vars: { turn, deadly } }) => {
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
            script: sh`while [ -e /srv/hold ]; do sleep 0.05; done
echo ${turn} >>/srv/turns; printf %s ${turn} >/srv/done`,
          },
        ],
      }),
    ];
  },
});

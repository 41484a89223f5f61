import { playbook } from '#engine/model/playbook.ts';
import { task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';

/** A change that waits while /srv/hold is on its host, and counts how often it was made. */
export default playbook({
  name: 'held',
  hosts: 'all',
  tasks: () => [
    task({
      title: 'done',
      desired: { done: true },
      reads: { done: fileAt('/srv/done') },
      inspect: ({ done }) => ({ done: done.type === 'file' }),
      apply: () => [
        {
          kind: 'run',
          title: 'do it',
          script: 'while [ -e /srv/hold ]; do sleep 0.05; done; echo >>/srv/times; : >/srv/done',
        },
      ],
    }),
  ],
});

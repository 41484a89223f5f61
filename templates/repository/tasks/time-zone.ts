import { sh, type Task, task } from 'rota';
import { fileAt } from 'rota/reads';

/** The time zone of a host. */
export function timeZone(zone: string): Task {
  return task({
    title: `time zone ${zone}`,
    desired: { target: `/usr/share/zoneinfo/${zone}` },
    reads: { link: fileAt('/etc/localtime') },
    inspect: ({ link }) => (link.type === 'link' ? { target: link.target } : undefined),
    apply: ({ desired }) => [
      { kind: 'run', title: `set ${zone}`, script: sh`ln -sfn ${desired.target} /etc/localtime` },
    ],
  });
}

import { type Task, task } from '#engine/model/task.ts';
import { fileAt, sysctlValue, textIn } from '#engine/reads/file.ts';
import { ownFile } from '../files/edited.ts';
import { isLike, requireOptions } from '../refusals.ts';
import { setSysctl } from './sysctl.ts';

const PATH = '/etc/hostname';
const LIVE = 'kernel.hostname';

/** The name of a host, live and after a boot. */
export function hostname(name: string): Task {
  const isName =
    name.length <= 64 &&
    isLike(name, /^[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/i);
  requireOptions(`hostname ${name}`, [
    [
      'name',
      isName,
      'letters, digits and hyphens, with dots between such words, 64 characters at most',
    ],
  ]);
  const body = `${name}\n`;
  return task({
    title: `hostname ${name}`,
    desired: { live: name, [PATH]: body },
    reads: { live: sysctlValue(LIVE), persisted: fileAt(PATH) },
    inspect: ({ live, persisted }) => ({ live, [PATH]: textIn(persisted) }),
    apply: ({ fields, observed }) =>
      fields.map(({ name: field }) =>
        field === 'live'
          ? {
              kind: 'run',
              title: `name the host ${name}`,
              script: setSysctl(LIVE, name),
              undo: setSysctl(LIVE, `${observed?.live}`),
            }
          : ownFile(PATH, body),
      ),
  });
}

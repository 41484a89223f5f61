import { type Task, task } from '#engine/model/task.ts';
import { fileAt, sysctlPath, sysctlValue, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { isLike, requireOptions } from '../refusals.ts';

/** A kernel parameter with its value, live and after a boot, in a file of its own in sysctl.d(5). */
export function sysctl(name: string, value: string): Task {
  const isName = isLike(name, /^[\w:@-]+([./][\w:@-]+)*$/);
  requireOptions(`sysctl ${name}`, [
    ['name', isName, 'the name of a kernel parameter, such as net.ipv4.ip_forward'],
    ['value', isLike(value, /^\S+( \S+)*$/), 'words with one space between them'],
  ]);
  const path = sysctlFile(name);
  const line = `${name} = ${value}\n`;
  return task({
    title: `sysctl ${name}`,
    desired: { live: value, [path]: line },
    reads: { live: sysctlValue(name), persisted: fileAt(path) },
    inspect: ({ live, persisted }) => ({ live, [path]: textIn(persisted) }),
    apply: ({ fields, observed }) =>
      fields.map((field) =>
        field.name === 'live'
          ? {
              kind: 'run',
              title: `set ${name} to ${value}`,
              script: setSysctl(name, value),
              ...(typeof observed?.live === 'string'
                ? { undo: setSysctl(name, observed.live) }
                : {}),
            }
          : { kind: 'write', path, body: line, mode: '0644', owner: 'root:root' },
      ),
  });
}

/** Sets the live value. Without a newline the kernel takes it as well, and a missing key fails here. */
export function setSysctl(name: string, value: string): string {
  return sh`printf %s ${value} >${sysctlPath(name)}`;
}

/** The file of a kernel parameter, of its own, so that it can go without another's. */
export function sysctlFile(name: string): string {
  return `/etc/sysctl.d/90-rota-${name.replaceAll('/', '%')}.conf`;
}

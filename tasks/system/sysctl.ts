import { type Task, task } from '#engine/model/task.ts';
import { fileAt, sysctlPath, sysctlValue } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

/** A kernel parameter with its value, live and after a boot, in a file of its own in sysctl.d(5). */
export function sysctl(name: string, value: string): Task {
  const path = sysctlFile(name);
  const line = `${name} = ${value}\n`;
  return task({
    title: `sysctl ${name}`,
    desired: { live: value, [path]: line },
    reads: { live: sysctlValue(name), persisted: fileAt(path) },
    inspect: ({ live, persisted }) => ({
      live,
      [path]: persisted.type === 'file' ? persisted.content : undefined,
    }),
    apply: ({ fields, observed }) =>
      fields.map((field) =>
        field.name === 'live'
          ? {
              kind: 'run',
              title: `set ${name} to ${value}`,
              script: set(name, value),
              ...(typeof observed?.live === 'string' ? { undo: set(name, observed.live) } : {}),
            }
          : { kind: 'write', path, body: line, mode: '0644', owner: 'root:root' },
      ),
  });
}

/** Without a newline the kernel takes the value as well, and a missing key fails here. */
function set(name: string, value: string): string {
  return sh`printf %s ${value} >${sysctlPath(name)}`;
}

/** The file of a kernel parameter, of its own, so that it can go without another's. */
export function sysctlFile(name: string): string {
  return `/etc/sysctl.d/90-rota-${name}.conf`;
}

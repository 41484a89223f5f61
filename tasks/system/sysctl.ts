import { ownFile, type RunCommand } from '#engine/model/command.ts';
import { like, refuse } from '#engine/model/options.ts';
import type { Scalar } from '#engine/model/state.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, sysctlPath, sysctlValue, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

/** A kernel parameter with its value, live and after a boot, in a file of its own in sysctl.d(5). */
export function sysctl(name: string, value: string): Task {
  refuse(`sysctl ${name}`, [...KEY(name, 'name'), ...VALUE(value, 'value')]);
  return liveValue(name, value, [sysctlFile(name), `${name} = ${value}\n`]);
}

/** A kernel parameter with its value, live and in a file that is read at boot. */
export function liveValue(
  name: string,
  value: string,
  [path, body]: readonly [string, string],
): Task {
  return task({
    title: `sysctl ${name}`,
    desired: { live: value, [path]: body },
    reads: { live: sysctlValue(name), persisted: fileAt(path) },
    inspect: ({ live, persisted }) => ({ live, [path]: textIn(persisted) }),
    apply: ({ fields, observed }) =>
      fields.map((field) =>
        field.name === 'live' ? setLive(name, value, observed?.live) : ownFile(path, body),
      ),
  });
}

function setLive(name: string, value: string, before: Scalar | undefined): RunCommand {
  return {
    kind: 'run',
    title: `set ${name} to ${value}`,
    script: setSysctl(name, value),
    ...(typeof before === 'string' ? { undo: setSysctl(name, before) } : {}),
  };
}

/** The name of a kernel parameter. */
export const KEY = like(
  /^[\w:@-]+([./][\w:@-]+)*$/,
  'the name of a kernel parameter, such as net.ipv4.ip_forward',
);

/** As the kernel tells it. */
export const VALUE = like(/^\S+( \S+)*$/, 'words with one space between them');

/** Sets the live value. Without a newline the kernel takes it as well, and a missing key fails here. */
export function setSysctl(name: string, value: string): string {
  return sh`printf %s ${value} >${sysctlPath(name)}`;
}

/** The file of a kernel parameter, of its own, so that it can go without another's. */
export function sysctlFile(name: string): string {
  return `/etc/sysctl.d/90-rota-${name.replaceAll('/', '%')}.conf`;
}

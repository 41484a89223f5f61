import type { Read } from '#engine/model/read.ts';
import { fileAt, textIn } from './file.ts';

/** The file under /proc/sys of a key such as `net.ipv6.ip_nonlocal_bind` (sysctlValue(8)). */
export function sysctlPath(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'))}`;
}

/** The live value, with runs of blanks as one space. Undefined: this kernel has no such key. */
export function sysctlValue(name: string): Read<string | undefined> {
  const { path, parse } = fileAt(sysctlPath(name));
  return {
    key: `sysctl ${name}`,
    path,
    parse: (output) => textIn(parse(output))?.trim().replace(/\s+/g, ' '),
  };
}

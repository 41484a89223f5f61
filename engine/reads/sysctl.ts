import type { Read } from '#engine/model/read.ts';
import { fileAt } from './file.ts';

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
    parse: (output) => {
      const there = parse(output);
      return there.type === 'file' ? there.content.trim().replace(/\s+/g, ' ') : undefined;
    },
  };
}

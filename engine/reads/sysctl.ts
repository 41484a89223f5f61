import type { Read } from '#engine/model/read.ts';
import { quote } from '#engine/shell/quote.ts';

/** The file under /proc/sys of a key such as `net.ipv6.ip_nonlocal_bind` (sysctlValue(8)). */
export function sysctlPath(name: string): string {
  return `/proc/sys/${name.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'))}`;
}

/** The live value, with runs of blanks as one space. Undefined: this kernel has no such key. */
export function sysctlValue(name: string): Read<string | undefined> {
  const path = quote(sysctlPath(name));
  return {
    key: `sysctl ${name}`,
    // cat, since dash's `read` takes one byte at a time, and /proc/sys answers only the first.
    script: `[ -e ${path} ] || exit 0; echo found; cat ${path}`,
    parse: ({ stdout }) => {
      const [found, ...value] = stdout.split('\n');
      return found === 'found' ? value.join(' ').trim().replace(/\s+/g, ' ') : undefined;
    },
  };
}

import { createHash } from 'node:crypto';
import { quote } from '#engine/shell/quote.ts';
import {
  INTERFACE,
  WORK_FOLDERS,
  WORK_SYSCTLS,
  type WorkFile,
  type WorkHost,
  workFiles,
} from './work.ts';

/** Asks for the state, with one fork for each kind of thing, and then for the addresses. */
export function readScript(host: WorkHost): string {
  return `${askState(host)}\nexec ip -j addr show dev ${INTERFACE}`;
}

/** What `readScript` prints, up to the addresses, on a host that is as it should be. */
export function expectedState(host: WorkHost): string {
  const files = workFiles(host);
  const lines = [
    ...WORK_FOLDERS.map((path) => `${path} 755 0:0`),
    ...files.map(({ path, mode }) => `${path} ${mode.slice(1)} 0:0`),
    ...files.map(({ path, body }) => `${hash(body)}  ${path}`),
    ...WORK_SYSCTLS.map(() => '1'),
  ];
  return `${lines.join('\n')}\n`;
}

/** Brings all of it about, in as few forks as it takes. */
export function writeScript(host: WorkHost): string {
  const folders = WORK_FOLDERS.join(' ');
  return `set -e
umask 022
${WORK_SYSCTLS.map((name) => `echo 1 >${liveSysctl(name)}`).join('\n')}
mkdir -p ${folders} /etc/sysctl.d
chmod 0755 ${folders}
chown 0:0 ${folders}
${workFiles(host).map(writeFile).join('\n')}`;
}

/** All of it in one script, for who sends no second one. */
export function wholeScript(host: WorkHost): string {
  return `state=$(${askState(host)})
[ "$state" = ${quote(expectedState(host).trimEnd())} ] || {
${writeScript(host)}
}
ip -j addr show dev ${INTERFACE} | grep -qF ${quote(`"${host.address}"`)}
`;
}

function askState(host: WorkHost): string {
  const files = workFiles(host).map(({ path }) => path);
  return `stat -c '%n %a %u:%g' ${[...WORK_FOLDERS, ...files].join(' ')} 2>/dev/null
sha256sum ${files.join(' ')} 2>/dev/null
cat ${WORK_SYSCTLS.map(liveSysctl).join(' ')}`;
}

/** A new file is root's, and the umask gives it its mode. */
function writeFile({ path, mode, body }: WorkFile): string {
  const umask = mode === '0644' ? '022' : '077';
  return `umask ${umask}\nprintf %s ${quote(body)} >${path}.new\nmv -f ${path}.new ${path}`;
}

/** Where the kernel has a parameter. */
export function liveSysctl(name: string): string {
  return `/proc/sys/${name.replaceAll('.', '/')}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { refuse } from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, sysctlPath } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';
import { KEY, sysctlFile, VALUE } from './sysctl.ts';

/** The folders of sysctl.d(5); in the order in which a file of one hides that of another by its name. */
const FOLDERS = ['/etc', '/run', '/usr/local/lib', '/usr/lib', '/lib'].map(
  (folder) => `${folder}/sysctl.d`,
);

/**
 * Takes back what sysctl did: its file goes, and the live value is the one that the host's
 * other files set, or `fallback`, the kernel's own. Without the file the live value is not ours.
 */
export function noSysctl(name: string, fallback: string): Task {
  refuse(`no sysctl ${name}`, [...KEY(name, 'name'), ...VALUE(fallback, 'fallback')]);
  const path = sysctlFile(name);
  const wanted = wantedScript(name, fallback);
  return task({
    title: `sysctl ${name} as without rota`,
    desired: { live: 'as the other files say', [path]: 'absent' },
    reads: {
      persisted: fileAt(path),
      isAsWanted: {
        key: `sysctl ${name} without ${path}`,
        script: `${wanted}\n${sh`[ "$(cat ${sysctlPath(name)})" = "$wanted" ]`} && echo yes || echo no`,
        parse: ({ stdout }) => stdout.trim() === 'yes',
      },
    },
    inspect: ({ persisted, isAsWanted }) => ({
      live:
        isAsWanted || persisted.type === 'absent' ? 'as the other files say' : 'as its file says',
      [path]: persisted.type === 'absent' ? 'absent' : 'there',
    }),
    apply: () => [
      {
        kind: 'run',
        title: `set ${name} back`,
        script: `${wanted}\n${sh`printf %s "$wanted" >${sysctlPath(name)}`}`,
      },
      { kind: 'remove', path },
    ],
  });
}

/** Sets `wanted`. The last file by name counts, and of files of one name the first folder's alone. */
function wantedScript(name: string, fallback: string): string {
  const own = sysctlFile(name).split('/').at(-1) ?? '';
  const spelling = name.split('.').join('[./]');
  return `${sh`own=${own} spelling=${spelling} fallback=${fallback} wanted=`}
names=$(${sh`ls -1 ${FOLDERS} 2>/dev/null`} | grep '\\.conf$' | grep -vxF "$own" | sort -u) || true
first_of() {
  ${sh`for folder in ${FOLDERS}; do`}
    [ ! -e "$folder/$1" ] || { printf '%s\\n' "$folder/$1"; return; }
  done
}
for file in $names; do
  set -- "$@" "$(first_of "$file")"
done
for file in "$@" /etc/sysctl.conf; do
  [ -f "$file" ] || continue
  value=$(sed -n "s|^[[:space:]]*-\\{0,1\\}$spelling[[:space:]]*=[[:space:]]*\\(.*[^[:space:]]\\)[[:space:]]*\\$|\\1|p" "$file" | tail -n 1)
  [ -z "$value" ] || wanted=$value
done
wanted=\${wanted:-$fallback}`;
}

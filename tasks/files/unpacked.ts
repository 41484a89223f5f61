import { posix } from 'node:path';
import type { Read } from '#engine/model/read.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { enterFolderOf, keyOf } from './absent.ts';
import { MOST_NAMES, otherwise } from './folder.ts';

/** What is said of files that are as the archive has them. */
export const AS_UNPACKED = 'as unpacked';

type Unpacked =
  | 'absent'
  | 'others'
  | 'shared'
  | { readonly archive: string; readonly files: string };

/** What is in the folder by the hashes of when it was unpacked, which the host keeps. */
export function unpackedAt(path: string): Read<Unpacked> {
  return {
    key: `unpacked ${path}`,
    script: `${FOLDERS}
${namesOf(path)}
${requireOurs(posix.dirname(path), 'exit')}
${sh`if [ ! -e ${path} ] && [ ! -L ${path} ]`}; then echo absent
elif [ ! -e "$list" ] || ${sh`[ ! -d ${path} ]`}; then echo others
else
  read -r archive <"$list" && echo "$archive" && ${sh`cd ${path}`} &&
    sed 1d "$list" | sha256sum -c 2>/dev/null | sed -n 's/: FAILED.*//p' | head -n ${MOST_NAMES + 1}
fi`,
    parse: ({ stdout }) => {
      const [first = '', ...others] = stdout.trim().split('\n');
      if (first === 'absent' || first === 'others' || first === 'shared') return first;
      return { archive: first, files: otherwise(others) ?? AS_UNPACKED };
    },
  };
}

/** Ends a script, which says `shared`, where others can exchange what is in a folder. */
function requireOurs(folder: string, exit: string): string {
  return `${sh`set -- $(stat -Lc '%u %a' ${folder})`} || exit
case $1-$2 in
  "$user"-*[2367]? | "$user"-*[2367] | 0-*[2367]? | 0-*[2367]) echo shared; ${exit} ;;
  "$user"-* | 0-*) ;;
  *) echo shared; ${exit} ;;
esac`;
}

/** Enters it, and nowhere else: what is beside the folder is told from there. */
export function enterOurs(path: string): string {
  return `${enterFolderOf(path)}\n${requireOurs('.', 'exit 1')}`;
}

/** Beside the folder: what is being unpacked, and what was there before. With rota: the hashes. */
export function namesOf(path: string): string {
  const name = posix.basename(path);
  const key = keyOf(path);
  return sh`path=${`./${name}`} new=${`./.${name}.rota-new`} before=${`./.${name}.rota-before`}
list=\${runs%/*}/unpacked-${key} mark=\${run-}/unpacked-${key}`;
}

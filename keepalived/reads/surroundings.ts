import type { Output, Read, Script } from '#engine/model/read.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import { MANIFEST } from '../files.ts';
import { DRAINED_PATH } from './drained.ts';
import { KUBELET } from './kubelet.ts';

/** Says that this host's keepalived is rota's. Kept until rota takes it away again. */
export const MARK_PATH = '/var/lib/rota/keepalived';

/** What others have on a host where keepalived is to be. */
export interface Surroundings {
  readonly isMarked: boolean;
  /** The host's keepalived is ours, by the mark or by what an older rota has left. */
  readonly isOurs: boolean;
  /** The folder that kubelet watches; undefined where it does not say. */
  readonly watched: string | undefined;
  /** Paths of other manifests in the folder that name something keepalived. */
  readonly manifests: readonly string[];
  /** Lines of others that set what a pod needs, in files that are read at a boot. */
  readonly sysctls: readonly SysctlLine[];
}

export interface SysctlLine {
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** Two processes on the host look through files. */
export function surroundings(folder: string): Read<Surroundings> & Script {
  return {
    key: `surroundings ${folder}`,
    shared: KUBELET,
    script: `${sh`folder=${folder} manifest=${MANIFEST} mark=${MARK_PATH} drained=${DRAINED_PATH}`}\n${LOOK}`,
    parse: parseSurroundings,
  };
}

const NAMED = quote(
  `name"\\{0,1\\}:[[:space:]]*["']\\{0,1\\}keepalived["']\\{0,1\\},\\{0,1\\}[[:space:]]*$`,
);
const SETS = quote('^[[:space:]]*-\\{0,1\\}net[./]ipv[46][./]ip_nonlocal_bind[[:space:]]*=');

/** A pod of an older rota has its mark in its manifest. kubelet reads all files but dot-files. */
const LOOK = `ours=no
[ ! -e "$drained" ] || ours=yes
[ ! -e "$mark" ] || { ours=yes; echo marked; }
named=$(grep -Hs -e ROTA_POD -e ${NAMED} "$folder"/*) || :
set=$(grep -Hs ${SETS} /etc/sysctl.conf /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf) || :
set -f
IFS=$lf
for line in $named; do
  file=\${line#"$folder"/}
  case $file in
    "$manifest":*ROTA_POD*) ours=yes ;;
    "$manifest":*) ;;
    *:*) echo "manifest $folder/\${file%%:*}" ;;
  esac
done
echo "ours $ours"
for line in $set; do [ -L "\${line%%:*}" ] || echo "sysctl $line"; done
[ -z "$pods" ] || echo "watched $pods"`;

function parseSurroundings({ stdout }: Output): Surroundings {
  const lines = stdout.split('\n');
  const of = (kind: string) =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const [watched] = of('watched').map((path) => path.replace(/(.)\/+$/, '$1'));
  return {
    isMarked: lines.includes('marked'),
    isOurs: of('ours').includes('yes'),
    watched,
    manifests: [...new Set(of('manifest'))],
    sysctls: of('sysctl').flatMap(sysctlLine),
  };
}

function sysctlLine(line: string): readonly SysctlLine[] {
  const [, path, name, value] = /^([^:]*):\s*-?([^\s=]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  if (path === undefined || name === undefined || value === undefined) return [];
  return [{ path, name: name.replaceAll('/', '.'), value }];
}

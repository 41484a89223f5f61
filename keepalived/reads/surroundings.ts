import type { Output, Read, Script } from '#engine/model/read.ts';
import { quote, sh } from '#engine/shell/quote.ts';
import { MANIFEST } from '../files.ts';
import { DRAINED_PATH } from './drained.ts';
import { ALL_PROCESSES } from './process.ts';

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

/**
 * Sets `pods`, the folder whose manifests kubelet runs, and `endpoint`, its container
 * runtime's socket, '' for what it was not told: by its options, else by its configuration, of which
 * each drop-in (--config-dir, with the folders in it) wins over what comes before it. RKE2 runs a kubelet; in
 * k3s it is a part of the program, which hides its options: those of its own configuration are read, as lists
 * of which each drop-in's takes the place of what comes before it, or is added to that ("kubelet-arg+"). What
 * is not said anywhere lies in its data folder, where the program itself is, too.
 */
const ASK_KUBELET = `read_config() {
  [ ! -f "$1" ] || while read -r name value || [ -n "$name" ]; do
    value=\${value#[\\"\\']} value=\${value%[\\"\\']}
    case $name in staticPodPath:) pods=$value ;; containerRuntimeEndpoint:) endpoint=$value ;; esac
  done <"$1"
}
read_drop_ins() {
  for file in "$1"/*; do
    if [ -d "$file" ]; then [ -L "$file" ] || read_drop_ins "$file"
    else case $file in *.conf) read_config "$file" ;; esac; fi
  done
}
options_of_k3s() {
  words=''
  for file in /etc/rancher/k3s/config.yaml /etc/rancher/k3s/config.yaml.d/*.y*ml; do
    is_ours=''
    [ ! -f "$file" ] || while read -r name value || [ -n "$name" ]; do
      case $name in
        '#'*) continue ;;
        kubelet-arg:) words='' is_ours=yes ;;
        kubelet-arg+:) is_ours=yes ;;
        *:) is_ours='' ;;
      esac
      [ -z "$is_ours" ] || words="$words $name \${value%%' #'*}"
    done <"$file"
  done
  set -f
  IFS=" ,[]\\"'"
  for word in $words; do options="$options --$word"; done
  unset IFS
  set +f
}
ask_kubelet() {
  pods='' endpoint='' config=/var/lib/kubelet/config.yaml drop_ins='' options='' option=''
  option_pods='' option_endpoint=''
  [ -n "$kubelet" ] || return 0
  { read -r name <"$kubelet/comm"; } 2>/dev/null || return 0
  case $name in
    k3s-*)
      data=$(readlink "$kubelet/exe" || :)
      case $data in */data/*/bin/*) data=\${data%/data/*} ;; *) data=/var/lib/rancher/k3s ;; esac
      pods=$data/agent/pod-manifests endpoint=/run/k3s/containerd/containerd.sock
      config='' drop_ins=$data/agent/etc/kubelet.conf.d
      options_of_k3s ;;
    *) options=$(tr '\\0' '\\n' <"$kubelet/cmdline" 2>/dev/null) ;;
  esac
  for word in $options; do
    case $word in --*=*) option=\${word%%=*} word=\${word#*=} ;; --*) option=$word; continue ;; esac
    case $option in
      --pod-manifest-path) option_pods=$word ;;
      --container-runtime-endpoint) option_endpoint=$word ;;
      --config) config=$word ;;
      --config-dir) drop_ins=$word ;;
    esac
    option=''
  done
  read_config "$config"
  [ -z "$drop_ins" ] || read_drop_ins "$drop_ins"
  pods=\${option_pods:-$pods} endpoint=\${option_endpoint:-$endpoint}
  endpoint=\${endpoint#unix://}
}
ask_kubelet`;

/** For reads that ask for it, and scripts that do. */
export const KUBELET: readonly string[] = [ALL_PROCESSES, ASK_KUBELET];

/** YAML or JSON, on lines of its own or in one: the name ends there, and is no longer one. */
const NAMED = ['$', `["',}[:space:]]`]
  .map((end) => quote(`name"\\{0,1\\}:[[:space:]]*["']\\{0,1\\}keepalived${end}`))
  .join(' -e ');
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

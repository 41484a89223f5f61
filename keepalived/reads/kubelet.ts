import { ALL_PROCESSES } from './process.ts';

/**
 * What kubelet is told, by its options, else by its configuration: `watched`, the folder of static pods,
 * and `endpoint`, the socket of its runtime; nothing where none runs. kubeadm puts the configuration where
 * it is looked for; kubelet itself has no such place.
 */
const TOLD = `watched='' endpoint='' config=/var/lib/kubelet/config.yaml option=''
unquoted() { value=\${value#[\\"\\']}; value=\${value%[\\"\\']}; }
read_kubelet() {
  for word in $(tr '\\0' '\\n' <"$kubelet/cmdline" 2>/dev/null); do
    case $word in --*=*) option=\${word%%=*} value=\${word#*=} ;; --*) option=$word; continue ;; *) value=$word ;; esac
    case $option in
      --pod-manifest-path) watched=$value ;;
      --container-runtime-endpoint) endpoint=$value ;;
      --config) config=$value ;;
    esac
    option=''
  done
  { while read -r name value || [ -n "$name" ]; do
    unquoted
    case $name in
      staticPodPath:) watched=\${watched:-$value} ;;
      containerRuntimeEndpoint:) endpoint=\${endpoint:-$value} ;;
    esac
  done <"$config"; } 2>/dev/null || :
}
[ -z "$kubelet" ] || read_kubelet`;

/** For reads that ask for it, and scripts that do. */
export const KUBELET: readonly string[] = [ALL_PROCESSES, TOLD];

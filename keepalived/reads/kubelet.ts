import { ALL_PROCESSES } from './process.ts';

/**
 * Sets `pods`, the folder whose manifests kubelet runs, and `endpoint`, its container
 * runtime's socket, '' for what it was not told: by its options, else by its configuration, of which
 * each drop-in (--config-dir) wins over what comes before it. RKE2 runs a kubelet; in k3s it is a part of the
 * program, which hides its options, and what is not in a drop-in lies in its data folder, where the program
 * itself is, too.
 */
const ASK_KUBELET = `ask_kubelet() {
  pods='' endpoint='' config=/var/lib/kubelet/config.yaml drop_ins='' option=''
  option_pods='' option_endpoint=''
  [ -n "$kubelet" ] || return 0
  { read -r name <"$kubelet/comm"; } 2>/dev/null || return 0
  case $name in
    k3s-*)
      data=$(readlink "$kubelet/exe" || :)
      case $data in */data/*/bin/*) data=\${data%/data/*} ;; *) data=/var/lib/rancher/k3s ;; esac
      pods=$data/agent/pod-manifests endpoint=/run/k3s/containerd/containerd.sock
      config='' drop_ins=$data/agent/etc/kubelet.conf.d ;;
    *)
      for word in $(tr '\\0' '\\n' <"$kubelet/cmdline" 2>/dev/null); do
        case $word in --*=*) option=\${word%%=*} word=\${word#*=} ;; --*) option=$word; continue ;; esac
        case $option in
          --pod-manifest-path) option_pods=$word ;;
          --container-runtime-endpoint) option_endpoint=$word ;;
          --config) config=$word ;;
          --config-dir) drop_ins=$word ;;
        esac
        option=''
      done ;;
  esac
  for file in "$config" \${drop_ins:+"$drop_ins"/*.conf}; do
    [ ! -f "$file" ] || while read -r name value; do
      value=\${value#[\\"\\']} value=\${value%[\\"\\']}
      case $name in staticPodPath:) pods=$value ;; containerRuntimeEndpoint:) endpoint=$value ;; esac
    done <"$file"
  done
  pods=\${option_pods:-$pods} endpoint=\${option_endpoint:-$endpoint}
  endpoint=\${endpoint#unix://}
}
ask_kubelet`;

/** For reads that ask for it, and scripts that do. */
export const KUBELET: readonly string[] = [ALL_PROCESSES, ASK_KUBELET];

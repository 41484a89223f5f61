import { sh } from '#engine/shell/quote.ts';

/** What runs a host's containers. CRI-O keeps its images where podman does, and is used through it. */
export type ContainerRuntime = 'podman' | 'crio' | 'containerd';

/**
 * Sets the shell variables `runtime` and `tool`: podman, ctr, or '' where there is none. What kubelet
 * is told to use counts most, then the sockets; CRI-O's first, since containerd's may be docker's.
 * Unless `given`, `runtime` is kubelet's endpoint when it is none of the three.
 */
export function runtimeScript(given: ContainerRuntime | undefined): string {
  return `${sh`runtime=${given ?? ''}`}\n${DETECT}`;
}

/** kubelet's own default for its configuration is none; kubeadm puts it there. */
const DETECT = `endpoint_of_kubelet() {
  comm=$(grep -lx kubelet /proc/[0-9]*/comm 2>/dev/null | head -n 1)
  [ -n "$comm" ] || return 0
  options=$(tr '\\0' '\\n' <"\${comm%/comm}/cmdline" | sed 's/=/\\n/')
  option() { echo "$options" | sed -n "/^--$1\\$/{n;p;}" | tail -n 1; }
  endpoint=$(option container-runtime-endpoint)
  config=$(option config)
  [ -n "$endpoint" ] || endpoint=$(sed -n 's/^containerRuntimeEndpoint: *//p' "\${config:-/var/lib/kubelet/config.yaml}" 2>/dev/null | tr -d "\\"'")
  echo "\${endpoint#unix://}"
}
endpoint=$(endpoint_of_kubelet)
case $endpoint in
  *containerd*) found=containerd; export CONTAINERD_ADDRESS="$endpoint" ;;
  *crio*) found=crio ;;
  ?*) found=$endpoint ;;
  *) if [ -S /run/crio/crio.sock ] || [ -S /var/run/crio/crio.sock ]; then found=crio
    elif [ -S /run/containerd/containerd.sock ]; then found=containerd
    else found=podman; fi ;;
esac
runtime=\${runtime:-$found}
case $runtime in containerd) tool=ctr ;; crio | podman) tool=podman ;; *) tool= ;; esac
[ -z "$tool" ] || command -v "$tool" >/dev/null || tool=`;

import { sh } from '#engine/shell/quote.ts';
import { KUBELET } from '#keepalived/reads/surroundings.ts';

/** What runs a host's containers. CRI-O keeps its images where podman does, and is used through it. */
export type ContainerRuntime = 'podman' | 'crio' | 'containerd';

/**
 * Sets the shell variables `runtime`, `socket`, on which it listens, and `tool`: podman, ctr, or ''
 * where there is none. What kubelet is told to use counts most, then the sockets, CRI-O's first, since
 * containerd's may be docker's; then the programs. Unless `given`, `runtime` is kubelet's endpoint when it
 * is none of the three.
 */
export function runtimeScript(given: ContainerRuntime | undefined): string {
  return [...KUBELET, findRuntime(given)].join('\n');
}

/** The same for a read that shares KUBELET. */
export function findRuntime(given: ContainerRuntime | undefined): string {
  return `${sh`runtime=${given ?? ''}`}\n${DETECT}`;
}

const DETECT = `case $endpoint in
  *containerd*) found=containerd; export CONTAINERD_ADDRESS="$endpoint" ;;
  *crio*) found=crio ;;
  ?*) found=$endpoint ;;
  *) if [ -S /run/crio/crio.sock ] || [ -S /var/run/crio/crio.sock ]; then found=crio
    elif [ -S /run/containerd/containerd.sock ]; then found=containerd
    elif command -v podman >/dev/null || ! command -v ctr >/dev/null; then found=podman
    else found=containerd; fi ;;
esac
runtime=\${runtime:-$found} tool='' socket=''
case $runtime in
  containerd) tool=ctr socket=\${CONTAINERD_ADDRESS:-/run/containerd/containerd.sock} ;;
  crio) tool=podman; case $endpoint in *crio*) socket=$endpoint ;; *) socket=/run/crio/crio.sock ;; esac ;;
  podman) tool=podman ;;
esac
[ -z "$tool" ] || command -v "$tool" >/dev/null || tool=`;

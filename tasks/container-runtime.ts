import { sh } from '#engine/shell/quote.ts';
import { KUBELET } from '#keepalived/reads/process.ts';

/** What runs a host's containers. CRI-O keeps its images where podman does, and is used through it. */
export type ContainerRuntime = 'podman' | 'crio' | 'containerd';

/**
 * Sets the shell variables `runtime` and `tool`: podman, ctr, or '' where there is none. What kubelet
 * is told to use counts most, then the sockets; CRI-O's first, since containerd's may be docker's.
 * Unless `given`, `runtime` is kubelet's endpoint when it is none of the three.
 */
export function runtimeScript(given: ContainerRuntime | undefined): string {
  return [...KUBELET, findRuntime(given)].join('\n');
}

/** The same for a read that shares KUBELET. */
export function findRuntime(given: ContainerRuntime | undefined): string {
  return `${sh`runtime=${given ?? ''}`}\n${DETECT}`;
}

const DETECT = `case $endpoint in
  *containerd*) found=containerd; export CONTAINERD_ADDRESS="\${endpoint#unix://}" ;;
  *crio*) found=crio ;;
  ?*) found=\${endpoint#unix://} ;;
  *) if [ -S /run/crio/crio.sock ] || [ -S /var/run/crio/crio.sock ]; then found=crio
    elif [ -S /run/containerd/containerd.sock ]; then found=containerd
    else found=podman; fi ;;
esac
runtime=\${runtime:-$found}
case $runtime in containerd) tool=ctr ;; crio | podman) tool=podman ;; *) tool= ;; esac
[ -z "$tool" ] || command -v "$tool" >/dev/null || tool=`;

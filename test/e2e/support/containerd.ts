import type { Lab, LabOutput } from '#lab/lab.ts';

/** Its store is where podman's is: its snapshots are overlays, and cannot lie on the node's own. */
const START = `mkdir -p /var/lib/containers/containerd /etc/containerd/certs.d/10.77.0.1:5000
cat >/etc/containerd/config.toml <<END
version = 2
root = "/var/lib/containers/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.grpc.v1.cri"]
END
cat >/etc/containerd/certs.d/10.77.0.1:5000/hosts.toml <<END
server = "https://10.77.0.1:5000"
[host."https://10.77.0.1:5000"]
  capabilities = ["pull", "resolve"]
  ca = "/etc/containers/certs.d/10.77.0.1:5000/ca.crt"
END
setsid containerd </dev/null >>/proc/1/fd/2 2>&1 &
until ctr version >/dev/null 2>&1; do sleep 0.05; kill -0 $! || exit 1; done`;

/** Starts a real containerd on a node, which knows the lab's registry. */
export async function startContainerd(lab: Lab, node: string): Promise<void> {
  const { status, stderr } = await lab.run(node, START);
  if (status !== 0) throw new Error(`containerd did not start on ${node}: ${stderr}`);
}

/** What ctr says of the images and containers of Kubernetes. */
export function ctr(lab: Lab, node: string, words: string): Promise<LabOutput> {
  return lab.run(node, `ctr -n k8s.io ${words}`);
}

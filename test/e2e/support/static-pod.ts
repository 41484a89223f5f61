import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';

export const FOLDER = '/etc/kubernetes/manifests';
/** The image that the registry of a lab that begins with it has. */
export function imageOf({ dir }: Lab): string {
  const words = ['-C', join(dir, 'keepalived'), 'rev-parse', 'HEAD'];
  const commit = execFileSync('git', words, { encoding: 'utf8' }).trim();
  return `10.77.0.1:5000/ocp/keepalived:${commit}`;
}

export interface Variation {
  readonly name?: string;
  readonly argument?: string;
  readonly image: string;
  readonly pullPolicy?: string;
  readonly hostPathType?: string;
}

/** A manifest in the guide's shape, with the folder /etc/keepalived mounted. */
export function manifest(variation: Variation): string {
  const { name = 'keepalived', argument, image, pullPolicy = 'IfNotPresent' } = variation;
  const { hostPathType } = variation;
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: fabric
spec:
  hostNetwork: true
  containers:
  - name: keepalived
    image: ${image}
    imagePullPolicy: ${pullPolicy}
    args: [--vrrp, --use-file=/etc/keepalived/keepalived.conf${argument ? `, ${argument}` : ''}]
    securityContext: {privileged: true}
    volumeMounts:
    - {name: conf, mountPath: /etc/keepalived/keepalived.conf, readOnly: true}
  volumes:
  - name: conf
    hostPath: {path: /etc/keepalived/keepalived.conf${hostPathType ? `, type: ${hostPathType}` : ''}}
  status: {}
`;
}

export const CONFIGURATION = `vrrp_instance VI_1 {
  state BACKUP
  interface srvc0
  virtual_router_id 1
  priority 100
  advert_int 0.1
  unicast_peer { fd02:9a01::c }
  virtual_ipaddress { fd02:9a01::1/128 }
}
`;

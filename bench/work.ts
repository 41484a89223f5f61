/** A host, as its files know it. They only have it put in, so that of templates they are templates. */
export interface WorkHost {
  readonly name: string;
  /** On `INTERFACE`, where the work reads it. */
  readonly address: string;
  readonly priority: string;
}

/** A file that the work makes, by rename. */
export interface WorkFile {
  readonly path: string;
  readonly mode: string;
  readonly body: string;
}

export const INTERFACE = 'mgmt0';
export const WORK_SYSCTLS = ['net.ipv4.ip_nonlocal_bind', 'net.ipv6.ip_nonlocal_bind'] as const;
/** With mode 0755, of root. */
export const WORK_FOLDERS = ['/etc/keepalived', '/etc/kubernetes/manifests'] as const;

/** All files of a host. */
export function workFiles(host: WorkHost): readonly WorkFile[] {
  return [...WORK_SYSCTLS.map(persistedSysctl), ...renderedFiles(host)];
}

/** Where a kernel parameter of the work is kept for the next boot, and how. */
export function persistedSysctl(name: string): WorkFile {
  return { path: `/etc/sysctl.d/90-rota-${name}.conf`, mode: '0644', body: `${name} = 1\n` };
}

/** The two that are rendered. */
export function renderedFiles(host: WorkHost): readonly WorkFile[] {
  return [
    { path: '/etc/keepalived/keepalived.conf', mode: '0644', body: configuration(host) },
    { path: '/etc/kubernetes/manifests/keepalived.yaml', mode: '0600', body: manifest(host) },
  ];
}

function configuration(host: WorkHost): string {
  return `global_defs {
    router_id ${host.name}
    enable_script_security
    script_user root
    vrrp_version 3
}

vrrp_script api {
    script "/usr/bin/curl -sfk --max-time 2 -o /dev/null https://127.0.0.1:6443/healthz"
    interval 5
    timeout 3
    rise 2
    fall 3
}
${[1, 2, 3].map((number) => instance(host, number)).join('')}`;
}

function instance({ address, priority }: WorkHost, number: number): string {
  return `
vrrp_instance VIP_${number} {
    state BACKUP
    interface ${INTERFACE}
    virtual_router_id ${50 + number}
    priority ${priority}
    advert_int 1
    unicast_src_ip ${address}
    unicast_peer {
        192.0.2.11
        192.0.2.12
        192.0.2.13
    }
    virtual_ipaddress {
        192.0.2.10${number}/32 dev ${INTERFACE}
    }
    track_script {
        api
    }
}
`;
}

function manifest({ address }: WorkHost): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: keepalived
  namespace: kube-system
spec:
  hostNetwork: true
  priorityClassName: system-node-critical
  containers:
    - name: keepalived
      image: registry.example/keepalived:2.3.4
      args: [--dont-fork, --log-console, --use-file, /etc/keepalived/keepalived.conf]
      env: [{ name: NODE_ADDRESS, value: "${address}" }]
      securityContext:
        capabilities:
          add: [NET_ADMIN, NET_BROADCAST, NET_RAW]
      resources:
        requests: { cpu: 50m, memory: 32Mi }
      volumeMounts: [{ name: configuration, mountPath: /etc/keepalived, readOnly: true }]
  volumes: [{ name: configuration, hostPath: { path: /etc/keepalived, type: Directory } }]
`;
}

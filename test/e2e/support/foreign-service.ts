import type { TestLab } from './test-lab.ts';

const INGRESS = `vrrp_instance INGRESS {
  interface srvc0
  virtual_router_id 51
  priority 100
  virtual_ipaddress { fd02:9a01::99/64 }
}
`;

/** As much of systemctl as rota asks for, over one service whose process is in a group of its name. */
const SYSTEMCTL = `#!/bin/sh
unit=keepalived.service
start() {
  for folder in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -e "$folder/cgroup.procs" ] && mkdir -p "$folder/$unit" && echo $$ >"$folder/$unit/cgroup.procs" && break
  done
  setsid keepalived --vrrp -p /run/own.pid -r /run/own.vrrp.pid </dev/null >/dev/null 2>&1
}
stop() { kill "$(cat /run/own.pid)"; while [ -e /run/own.pid ]; do sleep 0.1; done; }
case "$*" in
  "is-active $unit") [ -e /run/own.pid ] && echo active ;;
  "is-enabled $unit") if [ -e /etc/own.enabled ]; then echo enabled; else echo disabled; fi ;;
  "enable $unit") : >/etc/own.enabled ;;
  "start $unit") start ;;
  "disable --now $unit") rm -f /etc/own.enabled && stop ;;
  *) echo "unknown: $*" >&2; exit 1 ;;
esac
`;

/** Gives a node a keepalived.service that holds an address of its own, and a systemctl for it. */
export async function startService({ lab }: TestLab, node: string): Promise<void> {
  await lab.run(node, 'mkdir -p /etc/keepalived; cat >/etc/keepalived/keepalived.conf', INGRESS);
  await lab.run(
    node,
    'cat >/usr/local/bin/systemctl; chmod 755 /usr/local/bin/systemctl',
    SYSTEMCTL,
  );
  await lab.run(node, 'systemctl enable keepalived.service; systemctl start keepalived.service');
}

/** Starts one beside whatever runs there, of no unit. */
export async function startByHand({ lab }: TestLab, node: string): Promise<void> {
  await lab.run(node, 'cat >/etc/own.conf', INGRESS);
  await lab.run(node, 'keepalived --vrrp -f /etc/own.conf -p /run/own.pid -r /run/own.vrrp.pid');
}

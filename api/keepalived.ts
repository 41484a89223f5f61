/** keepalived on the controllers of a cluster: the playbook, and what others may use of it. */

export { ringsOf } from '#keepalived/ring.ts';
export { KeepalivedVars, type Node, PREFIXES } from '#keepalived/vars.ts';
export { default as deploy } from '#playbooks/deploy.ts';
export { vipsHeldOnce } from '#tasks/keepalived/vips-held-once.ts';

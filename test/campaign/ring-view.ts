import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '#lab/lab.ts';

export const CONF = '/etc/keepalived/keepalived.conf';
export const MANIFESTS = '/etc/kubernetes/manifests';
export const MANIFEST = `${MANIFESTS}/keepalived.yaml`;

/** A ring is whole again so long after all of its nodes can be. */
const WHOLE_MS = 90_000;
/** For so long it stays so. */
const STAYS_MS = 1500;

/** What a node is configured with. */
export interface Configured {
  readonly conf: string;
  /** '' on a node that is off duty. */
  readonly manifest: string;
}

export function configured(lab: Lab, node: string): Configured {
  const [conf, manifest] = [CONF, MANIFEST].map((path) => textOf(join(lab.upper(node), path)));
  return { conf: conf ?? '', manifest: manifest ?? '' };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What is not as it has to be with a ring that nobody changes: waited for, and seen to stay. */
export async function faultsOf(lab: Lab): Promise<readonly string[]> {
  const until = performance.now() + WHOLE_MS;
  let goodSince: number | undefined;
  for (;;) {
    const faults = lab.nodes.every(({ name }) => lab.isOn(name))
      ? faultsNow(lab)
      : ['a node is off'];
    const now = performance.now();
    if (faults.length > 0) goodSince = undefined;
    else goodSince ??= now;
    if (goodSince !== undefined && now - goodSince > STAYS_MS) return [];
    if (faults.length > 0 && now > until) return faults;
    await delay(100);
  }
}

function faultsNow(lab: Lab): readonly string[] {
  const nodes = lab.nodes.map(({ name }) => ({ name, ...configured(lab, name) }));
  const onDuty = nodes.filter(({ manifest }) => manifest !== '');
  const instances = onDuty.flatMap(({ name, conf }) =>
    instancesOf(conf).map((one) => ({ ...one, node: name })),
  );
  const vips = [...new Set(instances.map(({ vip }) => vip))];
  return [
    ...vips.flatMap((vip) => notHeldOnce(lab, vip)),
    ...heldBeside(lab, vips),
    ...vips.flatMap((vip) => disagreeing(instances.filter((one) => one.vip === vip))),
    ...nodes.flatMap(({ name, conf, manifest }) =>
      notLoaded(lab, name, manifest === '' ? '' : conf),
    ),
  ];
}

interface Instance {
  readonly vip: string;
  readonly router: string;
  readonly advert: string;
  readonly priority: string;
}

/** As keepalived.conf(5) has them. */
function instancesOf(conf: string): readonly Instance[] {
  const blocks = conf.split(/^vrrp_instance /m).slice(1);
  const word = (block: string, name: string) =>
    new RegExp(`^ *${name} +(\\S+)`, 'm').exec(block)?.[1] ?? '';
  return blocks.map((block) => ({
    vip: /virtual_ipaddress \{\s*([^/\s]+)/.exec(block)?.[1] ?? '',
    router: word(block, 'virtual_router_id'),
    advert: word(block, 'advert_int'),
    priority: word(block, 'priority'),
  }));
}

/** The same router by the same clock, and no two nodes with the same right to it. */
function disagreeing(instances: readonly (Instance & { readonly node: string })[]): string[] {
  const same = new Set(instances.map(({ router, advert }) => `${router} ${advert}`));
  const priorities = new Set(instances.map(({ priority }) => priority));
  return same.size === 1 && priorities.size === instances.length
    ? []
    : [`nodes disagree: ${JSON.stringify(instances)}`];
}

function notHeldOnce(lab: Lab, vip: string): readonly string[] {
  const holders = lab.nodes.filter(({ name }) => held(lab, name).includes(vip));
  const names = holders.map(({ name }) => name).join(' and ');
  return holders.length === 1 ? [] : [`${vip} is held by ${names || 'nobody'}`];
}

/** Of VIPs that no node has any more. */
function heldBeside(lab: Lab, vips: readonly string[]): readonly string[] {
  return lab.nodes.flatMap(({ name }) =>
    held(lab, name)
      .filter((vip) => !vips.includes(vip))
      .map((vip) => `${name} holds ${vip}`),
  );
}

/** The VIPs that a node's kernel answers for: none that is tentative, or was found twice. */
function held(lab: Lab, node: string): readonly string[] {
  const lines = readFileSync(`${lab.proc(node)}/net/if_inet6`, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [address = '', , , , flags = '0', device] = line.trim().split(/ +/);
    const [, digit] = /^fd029a010{23}([1-9])$/.exec(address) ?? [];
    const isUsable = (Number.parseInt(flags, 16) & 0x48) === 0;
    return device === 'srvc0' && digit !== undefined && isUsable ? [`fd02:9a01::${digit}`] : [];
  });
}

/** One keepalived per node on duty, with the configuration that its file has; none on others. */
function notLoaded(lab: Lab, node: string, conf: string): readonly string[] {
  const loaded = loadedOn(lab, node);
  const wanted = conf === '' ? [] : [normal(conf)];
  return JSON.stringify(loaded) === JSON.stringify(wanted)
    ? []
    : [`${node} has loaded ${loaded.length} configurations that are not its file`];
}

/** What main processes of keepalived keep of what they have read: memfd_create(2). */
function loadedOn(lab: Lab, node: string): readonly string[] {
  const proc = join(lab.proc(node), 'root/proc');
  const pids = readdirSync(proc).filter((pid) => /^\d+$/.test(pid) && isMain(join(proc, pid)));
  return pids.map((pid) => {
    const fd = globSync(join(proc, pid, 'fd/*')).find((path) =>
      linkOf(path).includes('/keepalived/'),
    );
    return fd === undefined ? '' : normal(textOf(fd));
  });
}

/** The first process of its own namespace. */
function isMain(folder: string): boolean {
  const status = textOf(join(folder, 'status'));
  return /^Name:\tkeepalived$/m.test(status) && /^NSpid:.*\t1$/m.test(status);
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function normal(conf: string): string {
  const lines = conf.split('\n').map((line) => line.replace(/[#!].*/, '').trim());
  return lines.filter(Boolean).join('\n');
}

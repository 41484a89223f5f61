import { $ } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';
import { done } from './done.ts';
import { insidePrefix } from './namespaces.ts';
import { CLIENT_ADDRESS, CLIENT_ADDRESS4, type LabNode } from './roster.ts';

const USER_ADDRESS = '10.77.255.254/16';

/** Makes both bridges, with the lab's own end of the management network, and the client. */
export async function makeNetwork(pid: number): Promise<void> {
  await ip(pid, [
    'link add mgmt type bridge mcast_snooping 0',
    'link add fabric type bridge mcast_snooping 0',
    'link set mgmt up',
    'link set fabric up',
    'addr add 10.77.0.1/16 dev mgmt',
    'netns add client',
    'link add client-f type veth peer name srvc0 netns client',
    'link set client-f master fabric up',
  ]);
  const own = [address(CLIENT_ADDRESS), address4(CLIENT_ADDRESS4)];
  await ip(pid, ['link set lo up', 'link set srvc0 up', ...own], 'client');
}

/** Makes the network namespaces of nodes, with a cable to each bridge. */
export async function plugIn(pid: number, nodes: readonly LabNode[]): Promise<void> {
  await ip(
    pid,
    nodes.flatMap(({ name }) => cables(name)),
  );
  for (let at = 0; at < nodes.length; at += 16)
    await Promise.all(nodes.slice(at, at + 16).map((node) => ip(pid, addresses(node), node.name)));
}

function cables(name: string): readonly string[] {
  return [
    `netns add ${name}`,
    `link add ${name}-m type veth peer name mgmt0 netns ${name}`,
    `link set ${name}-m master mgmt up`,
    `link add ${name}-f type veth peer name srvc0 netns ${name}`,
    `link set ${name}-f master fabric up`,
  ];
}

function addresses(node: LabNode): readonly string[] {
  return [
    'link set lo up',
    `link set mgmt0 address ${managementMac(node)}`,
    'link set mgmt0 up',
    `addr add ${node.address}/16 dev mgmt0`,
    `link set srvc0 address ${node.mac}`,
    'link set srvc0 up',
    address(node.fabricAddress),
    address4(node.fabricAddress4),
  ];
}

/** The same after a boot: a neighbour that still knows another one does not reach the node for long. */
function managementMac(node: LabNode): string {
  const bytes = node.address.split('.').map((byte) => Number(byte).toString(16).padStart(2, '0'));
  return `02:01:${bytes.join(':')}`;
}

/** Without duplicate address detection, which takes a second. */
function address(fabricAddress: string): string {
  return `addr add ${fabricAddress}/64 dev srvc0 nodad`;
}

function address4(fabricAddress4: string): string {
  return `addr add ${fabricAddress4}/16 dev srvc0`;
}

/**
 * The bridge's end of a node's fabric cable. Not the node's: taking that down flushes its address,
 * and a keepalived that may bind to an absent address then takes every VIP.
 */
export async function setFabricCable(
  pid: number,
  node: string,
  state: 'up' | 'down',
): Promise<void> {
  await ip(pid, [`link set ${node}-f ${state}`]);
}

/** Gives the caller's own network namespace an address in the management network. */
export async function makeUplink(pid: number, id: string): Promise<void> {
  const name = `rota-${id}`;
  const taken = (await $`ip -4 route show root 10.77.0.0/16`.nothrow().quiet()).stdout.trim();
  if (taken !== '')
    throw new Failure("The lab's network 10.77.0.0/16 is in use on this machine", {
      where: taken.split('\n')[0] ?? '',
      fix: 'Take the other lab down, or start this one with --no-uplink.',
    });
  const what = 'This machine could not be connected to the lab';
  await done(what, $`ip link add ${name} type veth peer name uplink netns ${pid}`);
  await ip(pid, ['link set uplink master mgmt up']);
  await done(what, $`ip addr add ${USER_ADDRESS} dev ${name} && ip link set ${name} up`);
}

async function ip(pid: number, lines: readonly string[], namespace?: string): Promise<void> {
  const inside = namespace === undefined ? [] : ['-n', namespace];
  const command = $({ input: `${lines.join('\n')}\n` })`${insidePrefix(pid)} ip ${inside} -batch -`;
  // One whose namespace ends meanwhile reads no more; its status says so.
  command.stdin?.on('error', () => {});
  await done("The lab's network could not be changed", command);
}

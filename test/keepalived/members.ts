import type { Host, Variable } from '#engine/model/host.ts';
import { KeepalivedVars, type Node } from '#keepalived/vars.ts';

export const GUIDE_MACS = {
  node1: '90:b1:1c:26:6a:a2',
  node2: '54:9f:35:09:8e:ac',
  node3: '18:66:da:e6:46:74',
};

/** The guide's three nodes, with these variables for all of them. */
export function guideNodes(vars: Record<string, unknown> = {}): readonly Node[] {
  return members(
    Object.fromEntries(
      Object.entries(GUIDE_MACS).map(([name, mac]) => [name, { vrrp_mac: mac, ...vars }]),
    ),
  );
}

/** `count` nodes n1, n2 … of one fabric. */
export function someNodes(count: number, vars: Record<string, unknown> = {}): readonly Node[] {
  const names = Array.from({ length: count }, (_, index) => index + 1);
  return members(
    Object.fromEntries(
      names.map((n) => [
        `n${n}`,
        { vrrp_mac: `02:00:00:00:${octet(n >> 8)}:${octet(n & 0xff)}`, ...vars },
      ]),
    ),
  );
}

function octet(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** `count` nodes n1, n2 … with IPv4 addresses 192.0.2.11, 192.0.2.12 …, and nothing of IPv6. */
export function ipv4Nodes(count: number, vars: Record<string, unknown> = {}): readonly Node[] {
  return withVariables(
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `n${index + 1}`,
        { vrrp_address4: `192.0.2.${index + 11}`, vrrp_vips4: ['192.0.2.101'], ...vars },
      ]),
    ),
  );
}

/** `count` nodes of one fabric that have IPv4 addresses too. */
export function dualNodes(count: number, vars: Record<string, unknown> = {}): readonly Node[] {
  const variables = Array.from({ length: count }, (_, index) => [
    `n${index + 1}`,
    {
      vrrp_mac: `02:00:00:00:00:0${index + 1}`,
      vrrp_address4: `192.0.2.${index + 11}`,
      vrrp_vips4: ['192.0.2.101'],
      ...vars,
    },
  ]);
  return members(Object.fromEntries(variables));
}

/** Members as the engine makes them: host k stands in line 10k, its variables in the lines below. */
export function members(
  variablesByHost: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly Node[] {
  const fabric = { vrrp_fabric_id: 666, vrrp_virt: 1 };
  const entries = Object.entries(variablesByHost);
  return withVariables(
    Object.fromEntries(entries.map(([name, given]) => [name, { ...fabric, ...given }])),
  );
}

function withVariables(
  variablesByHost: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
): readonly Node[] {
  return Object.entries(variablesByHost).map(([name, variables], index) => ({
    host: hostOf(name, variables, 10 * (index + 1)),
    vars: KeepalivedVars.parse(variables),
  }));
}

export function first(nodes: readonly Node[]): Node {
  const [node] = nodes;
  if (node === undefined) throw new Error('a ring has nodes');
  return node;
}

function hostOf(name: string, variables: Readonly<Record<string, unknown>>, line: number): Host {
  const origin = { file: 'inventory/test.yaml', line, column: 5 };
  const entries = Object.entries(variables).map(([key, value], index): [string, Variable] => {
    const at = { ...origin, line: line + index + 1, column: 7 };
    const originOf = (path: readonly PropertyKey[]) => ({ ...at, column: 7 + path.length });
    return [key, { value, written: value, origin: at, originOf }];
  });
  const connection = { transport: 'ssh', address: name, port: 22, user: 'root' } as const;
  return { name, groups: ['controllers'], variables: new Map(entries), connection, origin };
}

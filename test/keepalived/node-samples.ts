import { reveal } from '#engine/model/secret.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { ownAddresses } from '#keepalived/node-address.ts';
import type { NodeSample } from '#keepalived/node-sample.ts';
import type { HeldAddress } from '#keepalived/reads/addresses.ts';
import type { VrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import type { VrrpState } from '#keepalived/reads/vrrp-state.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { Node } from '#keepalived/vars.ts';

export function held(address: string): HeldAddress {
  return { address, interface: 'srvc0', prefixLength: 64, usable: true };
}

/** A whole ring, as it is seen: node i holds VIP i, and has loaded what the inventory says. */
export function wholeLooks(nodes: readonly Node[]): readonly NodeSample[] {
  const vips = nodes.map((_, index) => `fd02:9a01::${index + 1}`);
  const mac = (index: number) => `02:00:00:00:00:0${index + 1}`;
  return nodes.map((member, index) => ({
    member,
    ring: nodes,
    mustRun: true,
    process: {
      running: 1,
      others: [],
      isLoaded: true,
      pod: '',
      configuration: reveal(renderConfig(member, nodes)),
    },
    seen: {
      running: 1,
      uptime: 100,
      addresses: [...ownAddresses(member.vars), vips[index] ?? ''].map(held),
      mac: mac(index),
      checks: { chk_api_service: true },
      statuses: {},
      answers: {},
      reached: vips,
      reachable: [],
      neighbours: Object.fromEntries(vips.map((vip, at) => [vip, mac(at)])),
      log: [],
    },
  }));
}

/** What a node of a whole ring says of itself, and hears, in the closing look. */
export function wholeProbe(member: Node, nodes: readonly Node[]): VrrpProbe {
  const states = ringInstances(member, nodes).map((instance): VrrpState => {
    const isHolder = instance.priority === 200;
    return {
      name: instance.name,
      state: isHolder ? 'MASTER' : 'BACKUP',
      vipSet: isHolder,
      priority: instance.priority,
      masterPriority: isHolder ? 0 : 200,
      sent: isHolder ? 100 : 0,
      received: isHolder ? 0 : 100,
      transitions: '1 0 5.5',
      lastTransition: 5.5,
      errors: { addr_list_err: 0 },
    };
  });
  const later = states.map((state) => ({
    ...state,
    sent: state.sent + (state.state === 'MASTER' ? 3 : 0),
    received: state.received + (state.state === 'MASTER' ? 0 : 3),
  }));
  return {
    told: { by: 'keepalived', before: states, after: later },
    heard: [],
    deaf: undefined,
    claims: [],
    refusals: [],
  };
}

/** Findings as they are printed. */
export function words(
  findings: readonly { what: string; expected: string; seen: string }[],
): readonly string[] {
  return findings.map(({ what, expected, seen }) => `${what}: expected ${expected}, seen ${seen}`);
}

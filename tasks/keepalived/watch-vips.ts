import type { Watch } from '#engine/model/rollout.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { takeoverMs } from '#keepalived/ladder.ts';
import { ownAddresses, vipsOf } from '#keepalived/node-address.ts';
import type { Node } from '#keepalived/vars.ts';
import { continuityOf } from '#keepalived/watch/continuity.ts';
import { Prober } from '#keepalived/watch/prober.ts';
import { watchScript } from '#keepalived/watch/script.ts';

/** Probes every VIP of a ring from all of its nodes, 20 times a second and more, and counts holders. */
export function watchVips(ring: readonly Node[]): Watch {
  const nodes = new Map(
    ring.map((member) => {
      const { host, vars } = member;
      const others = ring.filter((other) => other !== member);
      const peers = others.flatMap((other) => ownAddresses(other.vars));
      const request = {
        interface: vars.vrrp_interface,
        sources: ownAddresses(vars),
        vips: vipsOf(vars, ring.length),
        peers,
      };
      const prober = new Prober(host.name, { peers, isPair: others.length === 1 });
      return [host.name, { request, prober }] as const;
    }),
  );
  const probers = [...nodes.values()].map(({ prober }) => prober);
  const bounds = longestTakeovers(ring);
  const vips = new Set([...nodes.values()].flatMap(({ request }) => request.vips));
  return {
    scriptFor: (host) => {
      const node = nodes.get(host);
      return node && watchScript(node.request);
    },
    see: (host, line, atMs) => nodes.get(host)?.prober.see(line, atMs),
    report: (fromMs, toMs) =>
      [...vips].map((vip) => {
        const boundMs = bounds.get(vip);
        const seen = continuityOf(vip, probers, { fromMs, toMs });
        return boundMs === undefined ? seen : { ...seen, boundMs };
      }),
  };
}

/** Per VIP, until its heir has it, whoever of two of the ring holds it and dies. None where it has no heir. */
function longestTakeovers(ring: readonly Node[]): ReadonlyMap<string, number> {
  const instances = ring.flatMap((member) => ringInstances(member, ring));
  const bounds = [...Map.groupBy(instances, ({ vip }) => vip)].flatMap(([vip, ofVip]) => {
    const [, heir] = ofVip.map(({ priority }) => priority).toSorted((one, other) => other - one);
    return heir === undefined ? [] : [[vip, takeoverMs(heir, { graceful: false })] as const];
  });
  return new Map(bounds);
}

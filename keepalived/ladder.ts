/**
 * How strongly a node is to hold a VIP; both count from 1. VIP i belongs to node i, then to the nodes
 * before it, backwards round the ring. VIPs beyond the number of nodes go round again with another
 * stride, so that the VIPs of a failed node do not all end on one other.
 */
export function priorityOf(vip: number, node: number, ladder: readonly number[]): number {
  const nodes = ladder.length;
  const owner = (vip - 1) % nodes;
  const strides = stridesOf(nodes);
  const stride = strides[Math.floor((vip - 1) / nodes) % strides.length] ?? 1;
  const rank = ladder.findIndex((_, step) => modulo(owner + step * stride, nodes) === node - 1);
  return ladder[rank] ?? 0;
}

/** 200, then 150 down to 50 in equal steps: as in the guide for three nodes, distinct up to 102. */
export function defaultLadder(nodes: number): readonly number[] {
  const below = Math.max(0, nodes - 1);
  const step = below > 1 ? 100 / (below - 1) : 0;
  const rest = Array.from({ length: below }, (_, index) => Math.round(150 - index * step));
  return [200, ...rest];
}

function stridesOf(nodes: number): readonly number[] {
  const others = Array.from({ length: Math.max(0, nodes - 3) }, (_, index) => index + 2);
  return [-1, 1, ...others.filter((stride) => divisor(stride, nodes) === 1)];
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}

function modulo(value: number, nodes: number): number {
  return ((value % nodes) + nodes) % nodes;
}

/** The template's advert_int. */
const ADVERT_MS = 1000;

/** Adverts that have to be missing before a master is taken for dead (RFC 5798, 6.1). */
const MISSING = 3;

/** Until a backup of this priority takes over from a master that says that it goes (`graceful`), or dies. */
export function takeoverMs(priority: number, { graceful }: { readonly graceful: boolean }): number {
  // The lower its priority, the longer a backup waits.
  const skewMs = ((256 - priority) / 256) * ADVERT_MS;
  return (graceful ? 0 : MISSING * ADVERT_MS) + skewMs;
}

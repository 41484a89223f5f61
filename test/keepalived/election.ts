/** A node of a VRRP election for one VIP, as its keepalived.conf has it: a model that shares nothing with rota. */
export interface Router {
  readonly name: string;
  /** Greater is a higher address. */
  readonly address: bigint;
  readonly priority: number;
  readonly peers: readonly bigint[];
}

/**
 * Who is master once all is quiet, by RFC 9568 with preemption, over unicast: adverts go to peers, and
 * are heard from peers alone. `masters`: who was it. Gives all, in the order in which they became it.
 */
export function mastersOf(routers: readonly Router[], masters: readonly string[]) {
  const became: string[] = [];
  let now = new Set(masters.filter((name) => routers.some((router) => router.name === name)));
  for (let round = 0; round < 100; round += 1) {
    const next = roundOf(routers, now);
    const silent = next.waiting.toSorted(byPrecedence);
    const first = silent[0]?.name;
    if (first !== undefined) became.push(first);
    const after = new Set([...next.masters, ...(first === undefined ? [] : [first])]);
    if (after.size === now.size && [...after].every((name) => now.has(name)))
      return { became, masters: [...after] };
    now = after;
  }
  throw new Error('The election comes to no end');
}

/** One advert interval: masters that hear a better one give way, backups that hear no better one wait. */
function roundOf(routers: readonly Router[], masters: ReadonlySet<string>) {
  const heardBy = (router: Router) =>
    routers.filter(
      (other) =>
        other !== router &&
        masters.has(other.name) &&
        other.peers.includes(router.address) &&
        router.peers.includes(other.address),
    );
  const staying = routers.filter(
    (router) =>
      masters.has(router.name) && heardBy(router).every((other) => byPrecedence(router, other) < 0),
  );
  const waiting = routers.filter(
    (router) =>
      !masters.has(router.name) &&
      heardBy(router).every((other) => other.priority < router.priority),
  );
  return { masters: staying.map(({ name }) => name), waiting };
}

/** The higher priority first; between equals, the higher address. */
function byPrecedence(one: Router, other: Router): number {
  if (one.priority !== other.priority) return other.priority - one.priority;
  return one.address > other.address ? -1 : 1;
}

/** The routers for a VIP, of the keepalived.conf of each node that runs, by name. */
export function routersFor(vip: string, texts: ReadonlyMap<string, string>): readonly Router[] {
  return [...texts].flatMap(([name, text]) => {
    const block = text.split(/^vrrp_instance /m).find((one) => new RegExp(`\\s${vip}/`).test(one));
    if (block === undefined) return [];
    const [, source = ''] = /unicast_src_ip (\S+)/.exec(block) ?? [];
    const [, priority] = /priority +(\d+)/.exec(block) ?? [];
    const [, peers = ''] = /unicast_peer \{([^}]*)\}/.exec(block) ?? [];
    return [
      {
        name,
        address: numberOf(source),
        priority: Number(priority),
        peers: peers.trim().split(/\s+/).map(numberOf),
      },
    ];
  });
}

/** An IPv6 address as a number. */
function numberOf(address: string): bigint {
  const [left = [], right = []] = address
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = [...left, ...zeros, ...right].map((group) => group.padStart(4, '0'));
  return BigInt(`0x${groups.join('')}`);
}

/** A ring whose nodes are changed one after the other. */
export interface Ring {
  /** What each node runs, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Who is master of each VIP. */
  readonly masters: ReadonlyMap<string, readonly string[]>;
}

/** A ring that has come to rest, with nobody master before. */
export function ringOf(texts: ReadonlyMap<string, string>, vips: readonly string[]): Ring {
  const masters = vips.map((vip) => [vip, mastersOf(routersFor(vip, texts), []).masters] as const);
  return { texts, masters: new Map(masters) };
}

/** A node, and what it is to run; undefined: nothing. */
export type Step = readonly [name: string, text: string | undefined];

/** Who is master of each VIP after each step, and who became it, in turn. */
export function electionsIn(ring: Ring, steps: readonly Step[]) {
  const texts = new Map(ring.texts);
  const masters = new Map(ring.masters);
  const became = new Map([...masters.keys()].map((vip): [string, string[]] => [vip, []]));
  const seen = steps.map(([name, text]) => {
    if (text === undefined) texts.delete(name);
    else texts.set(name, text);
    for (const [vip, before] of masters) {
      const election = mastersOf(routersFor(vip, texts), before);
      masters.set(vip, election.masters);
      became.get(vip)?.push(...election.became);
    }
    return Object.fromEntries(masters);
  });
  return { seen, became, after: { texts, masters } };
}

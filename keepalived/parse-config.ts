import { plainAddress } from './address.ts';
import { normaliseConfig } from './normalise.ts';

/** What a keepalived.conf configures, as far as it bears on who holds what. */
export interface Configuration {
  readonly instances: readonly ConfiguredInstance[];
  readonly scripts: readonly ConfiguredScript[];
}

/** A vrrp_instance, with keepalived's defaults for what it does not say. */
export interface ConfiguredInstance {
  readonly name: string;
  readonly interface: string;
  readonly routerId: number;
  readonly priority: number;
  /** Seconds. */
  readonly advertInterval: number;
  readonly version: number;
  /** unicast_src_ip; undefined where keepalived takes the interface's own. */
  readonly source: string | undefined;
  /** None: it speaks to the multicast group. */
  readonly peers: readonly string[];
  readonly vips: readonly { readonly address: string; readonly prefixLength: number }[];
  /** Names of the scripts that it tracks. */
  readonly tracked: readonly string[];
}

/** A vrrp_script: the line that keepalived runs. */
export interface ConfiguredScript {
  readonly name: string;
  readonly script: string;
}

/**
 * What a keepalived.conf says, or what keepalived keeps of it in its memfd. Unknown keywords are
 * skipped: it may be another's file. `include`d files and `$` definitions are not looked into.
 */
export function parseConfig(text: string): Configuration {
  const statements = configStatements(text);
  const blocksOf = (keyword: string) =>
    statements.filter(({ words, block }) => words[0] === keyword && block !== undefined);
  return {
    instances: blocksOf('vrrp_instance').map(instanceOf),
    scripts: blocksOf('vrrp_script').map(({ words, block = [] }) => ({
      name: words[1] ?? '',
      script: firstWord(block, 'script') ?? '',
    })),
  };
}

function instanceOf({ words, block = [] }: Statement): ConfiguredInstance {
  const vips = listOf(block, 'virtual_ipaddress').map(vipOf);
  const isIpv6 = vips.some(({ address }) => address.includes(':'));
  const source = firstWord(block, 'unicast_src_ip');
  return {
    name: words[1] ?? '',
    interface: firstWord(block, 'interface') ?? '',
    routerId: numberOf(block, 'virtual_router_id', 0),
    priority: numberOf(block, 'priority', 100),
    advertInterval: numberOf(block, 'advert_int', 1),
    // IPv6 has no other version than 3 (keepalived.conf(5), vrrp_version).
    version: isIpv6 ? 3 : numberOf(block, 'version', 2),
    source: source === undefined ? undefined : plainAddress(source),
    peers: listOf(block, 'unicast_peer').map(([peer = '']) => plainAddress(peer)),
    vips,
    tracked: listOf(block, 'track_script').map(([name = '']) => name),
  };
}

function vipOf([word = '']: readonly string[]) {
  const [address = '', length] = word.split('/');
  const whole = address.includes(':') ? 128 : 32;
  return {
    address: plainAddress(address),
    prefixLength: length === undefined ? whole : Number(length),
  };
}

function firstWord(block: readonly Statement[], keyword: string): string | undefined {
  return block.find(({ words }) => words[0] === keyword)?.words[1];
}

function numberOf(block: readonly Statement[], keyword: string, fallback: number): number {
  const value = Number(firstWord(block, keyword) ?? fallback);
  return Number.isNaN(value) ? fallback : value;
}

function listOf(block: readonly Statement[], keyword: string): readonly (readonly string[])[] {
  const lists = block.filter(({ words }) => words[0] === keyword);
  return lists.flatMap((list) => (list.block ?? []).map(({ words }) => words));
}

/** A line of keepalived.conf as words, with what stands in its braces. */
export interface Statement {
  readonly words: readonly string[];
  /** Undefined for a line without braces. */
  readonly block: readonly Statement[] | undefined;
}

interface Draft {
  words: string[];
  block: Draft[] | undefined;
}

/**
 * The statements of a keepalived.conf, known or not. Braces may stand on lines of their own or among
 * words; one that is missing or too many spoils what is in it, and never throws.
 */
export function configStatements(text: string): readonly Statement[] {
  const top: Draft[] = [];
  const open: Draft[][] = [top];
  for (const line of normaliseConfig(text).split('\n')) {
    let current: Draft | undefined;
    for (const word of wordsOf(line)) {
      const place = open.at(-1) ?? top;
      if (word === '}') {
        if (open.length > 1) open.pop();
        current = undefined;
      } else if (word === '{') {
        const owner: Draft | undefined = current ?? place.at(-1);
        if (owner === undefined) continue;
        owner.block ??= [];
        open.push(owner.block);
        current = undefined;
      } else if (current === undefined) {
        current = { words: [word], block: undefined };
        place.push(current);
      } else current.words.push(word);
    }
  }
  return top;
}

/** The same configuration without the vrrp_instances of these names, in the form of `normaliseConfig`. */
export function withoutInstances(text: string, names: ReadonlySet<string>): string {
  if (names.size === 0) return text;
  let depth = 0;
  let isLeftOut = false;
  const lines = normaliseConfig(text).split('\n');
  const left = lines.filter((line) => {
    const words = wordsOf(line);
    if (depth === 0 && words[0] !== '{')
      isLeftOut = words[0] === 'vrrp_instance' && names.has(words[1] ?? '');
    depth += words.filter((word) => word === '{').length;
    depth -= words.filter((word) => word === '}').length;
    return !isLeftOut;
  });
  return left.join('\n');
}

/** Words between blanks; double quotes hold one together, and are left out. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/"(?:\\.|[^"\\])*"?|[{}]|[^\s{}"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word.replace(/^"|"$/g, '') : word));
}

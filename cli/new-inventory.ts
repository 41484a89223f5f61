import { Failure } from '#engine/model/failure.ts';
import { escapeJson } from '#engine/report/escape.ts';

type NewValue = string | number | readonly string[];
export type NewVariables = Readonly<Record<string, NewValue>>;

/** What an inventory that is to be written has: one group. */
export interface NewInventory {
  /** Where editors find the JSON Schema: an address without spaces. */
  readonly schema: string;
  readonly title: string;
  readonly group: string;
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
}

/** What a JSON Schema says of each variable. */
export type Described = ReadonlyMap<
  string,
  { readonly description?: string; readonly default?: unknown }
>;

const WIDTH = 90;

/**
 * The text of a new inventory. Each variable is explained in the words of its JSON Schema, once, and
 * those of the prefixes that are not set are there as comments. What is read back is what was given,
 * whichever version of YAML it is read as.
 */
export function inventoryText(
  { schema, title, group, hosts, variables }: NewInventory,
  described: Described,
  prefixes: readonly string[],
): string {
  const explained = new Set<string>();
  const explain = (name: string) => {
    const { description = '' } = described.get(name) ?? {};
    if (description === '' || explained.has(name)) return [];
    explained.add(name);
    return comment(description);
  };
  const linesOf = (own: NewVariables) =>
    Object.entries(own).map(([name, value]) => [
      ...explain(name),
      `${yaml(name)}: ${Array.isArray(value) ? `[${value.map(yaml).join(', ')}]` : yaml(value)}`,
    ]);
  const perHost = [...hosts].flatMap(([name, own]) => [
    `${yaml(name)}:`,
    ...indented(1, linesOf(own).flat()),
  ]);
  const set = new Set([...hosts.values(), variables].flatMap(Object.keys));
  const others = [...described.keys()].filter(
    (name) => !set.has(name) && prefixes.some((prefix) => name.startsWith(prefix)),
  );
  const vars = [
    ...linesOf(variables),
    ...others.map((name) => [
      ...explain(name),
      `# ${name}: ${yaml(described.get(name)?.default ?? '').replace(/^""$/, '')}`.trimEnd(),
    ]),
  ];
  return [
    `# yaml-language-server: $schema=${schema}`,
    ...comment(title),
    'all:',
    '  children:',
    `    ${yaml(group)}:`,
    ...indented(3, ['hosts:', ...indented(1, perHost), 'vars:']),
    vars.map((lines) => indented(4, lines).join('\n')).join('\n\n'),
    '',
  ].join('\n');
}

/** Words that are another value than their text to some version of YAML. */
const PLAIN = /^(?!(?:y|yes|n|no|on|off|true|false|null)$)[a-z][\w./-]*$/i;

/** A JSON text is the same value to YAML; what people would not quote is not quoted. */
function yaml(value: unknown): string {
  return typeof value === 'string' && PLAIN.test(value) ? value : escapeJson(JSON.stringify(value));
}

function indented(depth: number, lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${'  '.repeat(depth)}${line}`);
}

function comment(text: string): readonly string[] {
  const lines = ['#'];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push('#');
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines;
}

/** A host as --host gives it. */
export interface GivenHost {
  readonly name: string;
  readonly address?: string | undefined;
  readonly mac?: string | undefined;
  readonly address4?: string | undefined;
}

/** A ring as a command line gives it: hosts, and texts by the variables that they are for. */
export interface GivenRing {
  readonly hosts: readonly GivenHost[];
  readonly texts: Readonly<Record<string, string>>;
}

/** What is written where no host is given, to be replaced: addresses and MACs of documentation. */
export const EXAMPLE: GivenRing = {
  hosts: [1, 2, 3].map((number) => ({
    name: `node${number}`,
    address: `192.0.2.${number}`,
    mac: `00:00:5e:00:53:0${number}`,
  })),
  texts: { vrrp_fabric_id: '666', vrrp_virt: '1', image_registry: 'registry.example.com' },
};

/** Reads `NAME[=ADDRESS[,MAC][,IPV4]]`. Throws a Failure for more. */
export function givenHost(text: string): GivenHost {
  const [, name = '', rest = ''] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  const [address, ...parts] = rest.split(',').map((part) => part.trim());
  const address4 = parts.find(isAddress4);
  const [mac, more] = parts.filter((part) => part !== address4);
  if (more !== undefined || name.trim() === '') {
    const fix = 'Write --host NAME=ADDRESS,MAC, and ,IPV4 after it for a ring with IPv4 VIPs.';
    throw new Failure('A host cannot be read', { where: `--host ${text}`, fix });
  }
  return { name: name.trim(), address: address || undefined, mac, address4 };
}

/** The variables of a ring and of its hosts; what is missing, and what does not fit, is for lint to say. */
export function variablesOf({ hosts, texts }: GivenRing): {
  readonly hosts: ReadonlyMap<string, NewVariables>;
  readonly variables: NewVariables;
} {
  const { vrrp_vips: vips = String(hosts.length), ...others } = texts;
  const own = vipsOf(vips);
  const given = Object.entries(others).filter(([, text]) => text !== '');
  return {
    hosts: new Map(hosts.map((host) => [host.name, ofHost(host, 'vrrp_vips4' in own)])),
    variables: {
      ansible_user: 'root',
      ...own,
      ...Object.fromEntries(given.map(([name, text]) => [name, numberOrText(name, text)])),
    },
  };
}

function ofHost({ name, address = name, mac, address4 }: GivenHost, has4: boolean): NewVariables {
  const own4 = address4 ?? (isAddress4(address) ? address : undefined);
  return {
    ...(address === name ? {} : { ansible_host: address }),
    ...(mac === undefined ? {} : { vrrp_mac: mac }),
    ...(has4 && own4 !== undefined ? { vrrp_address4: own4 } : {}),
  };
}

function vipsOf(text: string): NewVariables {
  if (/^\d+$/.test(text)) return { vrrp_vips: Number(text) };
  const vips = text.split(/[\s,]+/).filter(Boolean);
  const of6 = vips.filter((vip) => vip.includes(':'));
  const of4 = vips.filter((vip) => !vip.includes(':'));
  return {
    ...(of6.length === 0 ? {} : { vrrp_vips: of6 }),
    ...(of4.length === 0 ? {} : { vrrp_vips4: of4 }),
  };
}

const NUMBERS = ['vrrp_fabric_id', 'vrrp_virt', 'vrrp_prefix_length4'];

/** What is no number stays a text, which the schema then refuses in its own words. */
function numberOrText(name: string, text: string): string | number {
  return NUMBERS.includes(name) && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function isAddress4(text: string): boolean {
  return /^\d+(\.\d+){3}$/.test(text);
}

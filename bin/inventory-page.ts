/** As much of a JSON Schema as that of inventories has of a variable. */
interface Property {
  readonly description?: string;
  readonly deprecationMessage?: string;
  readonly default?: unknown;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly patternErrorMessage?: string;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
}

/** The page of all variables that rota reads, made from the JSON Schema of inventories. */
export function inventoryPage(schema: unknown): string {
  const { definitions } = schema as {
    readonly definitions: { readonly variables: Property };
  };
  const all = Object.entries(definitions.variables.properties ?? {});
  const parts = PARTS.map(([title, prefix]) => {
    const rows = all.filter(
      ([name, { deprecationMessage }]) => name.startsWith(prefix) && !deprecationMessage,
    );
    return `## ${title}\n\n${table(rows)}`;
  });
  const old = all.flatMap(([name, { deprecationMessage: use }]) =>
    use === undefined ? [] : [`| \`${name}\` | ${use} |`],
  );
  return `<!-- Made by \`npm run docs\` from the schema of inventories. -->

# Variables of inventories

What an inventory may say of hosts and groups, for \`deploy\` and its kin; a playbook of your own has a schema of its own.
Each value may also be an [expression](expressions.md) or [a secret](secrets.md). How files and groups make
them: [inventory.md](inventory.md).

${parts.join('\n\n')}

## Items of keepalived_checks

${table(itemsOf(definitions.variables.properties?.['keepalived_checks']))}

## Other spellings

${['| variable | in its place |', '| --- | --- |', ...old].join('\n')}
`;
}

const PARTS = [
  ['Rings and VIPs', 'vrrp_'],
  ['keepalived and its pod', 'keepalived_'],
  ['The image', 'image_'],
  ['Connections', 'ansible_'],
] as const;

function itemsOf(checks: Property | undefined): readonly (readonly [string, Property])[] {
  const lists = variantsOf(checks ?? {}).map(({ items }) => items ?? {});
  return lists.flatMap(variantsOf).flatMap(({ properties = {} }) => Object.entries(properties));
}

function table(rows: readonly (readonly [string, Property])[]): string {
  return [
    '| variable | default | values | what it says |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ([name, property]) =>
        `| ${[`\`${name}\``, defaultOf(property), valuesOf(property), property.description ?? ''].map(cell).join(' | ')} |`,
    ),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function defaultOf({ default: value }: Property): string {
  return value === undefined || typeof value === 'object' ? '' : `\`${String(value)}\``;
}

/** The ways in which a value may be written, without those that every one has. */
function variantsOf(property: Property): readonly Property[] {
  const variants = property.anyOf?.flatMap(variantsOf) ?? [property];
  return variants.filter((variant) => !Object.hasOwn(variant, '$ref'));
}

function valuesOf(property: Property): string {
  return [...new Set(variantsOf(property).map(textOf))].filter(Boolean).join(', or ');
}

function textOf({ enum: words, type = '', items, format, ...rest }: Property): string {
  if (words !== undefined) return words.map((word) => `\`${String(word)}\``).join(', ');
  if (type === 'array') return `list of ${valuesOf(items ?? {}) || 'values'}`;
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer' || type === 'number') return rangeOf(rest);
  const example = /such as ([^,]*)/.exec(rest.patternErrorMessage ?? '')?.[1];
  if (example !== undefined) return `text such as \`${example}\``;
  return format ?? (type === 'object' ? 'items' : 'text');
}

function rangeOf({ minimum, maximum }: Property): string {
  return minimum === undefined || maximum === undefined ? 'number' : `${minimum} to ${maximum}`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { anyText } from '../../any-text.ts';

const ROOT = join(import.meta.dirname, '../../..');

const FOLDERS = [
  'inventory',
  'test/lib/ansible-inventory/golden',
  'test/lib/ansible-inventory/cases',
];

/** The inventories and files of variables that the project has. */
const REAL: readonly Buffer[] = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .toSorted()
    .map((name) => readFileSync(join(ROOT, folder, name))),
);

/** Pieces of YAML, of expressions, of ranges and of nothing at all. */
const PIECES = [
  ...[
    '&a ',
    '*a',
    '<<: *a\n',
    '<<: [*a, *b]\n',
    '!!binary ',
    '!vault |\n',
    '!unsafe ',
    '!env ',
    '!!set ',
  ],
  ...[
    '- ',
    '? ',
    ': ',
    ':',
    ',',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '|',
    '>',
    '>-\n',
    '#',
    ' #',
    '%',
    '@',
    '`',
  ],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n---\n',
    '%TAG ! tag:x,2000:\n---\n',
    '\n',
    '\n\n',
    '    ',
    '\t',
    '\r',
    '\r\n',
  ],
  ...[
    '[1:99999999]',
    '[01:10]',
    '[a:z]',
    '[z:a]',
    '[1:9:0]',
    '[::]',
    '[-1:2]',
    '[1:9]x[1:9]',
    ':2222',
    '[::1]',
  ],
  ...[
    '{{ ',
    ' }}',
    '{% if x %}',
    '{# ',
    '{{ a }}',
    '{{ vars }}',
    '{{ hostvars }}',
    '{{ 9 ** 9 ** 9 }}',
  ],
  ...[
    '{{ "a" * 999999999 }}',
    '{{ range(999999999) | list }}',
    "{{ ''.constructor.constructor('x')() }}",
  ],
  ...[
    '$ANSIBLE_VAULT;1.1;AES256\n',
    'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]',
    'sops:\n',
    '__proto__: ',
  ],
  ...[
    'constructor',
    'toString',
    '1e999',
    '0x',
    '0b',
    '08',
    '22:22',
    '2024-13-45',
    '.inf',
    '~',
    '<<',
    '=',
  ],
  ...[
    '9'.repeat(5000),
    'a'.repeat(5000),
    '[[[['.repeat(30),
    '\0',
    '\ufeff',
    '\u2028',
    '\u202e',
    '🦊',
    '\x1b[2J',
  ],
  ...[
    'all:\n',
    'hosts:\n',
    'children:\n',
    'vars:\n',
    'controllers:\n',
    'ansible_host: ',
    'ansible_port: ',
  ],
  ...[
    'ansible_group_priority: ',
    'ansible_ssh_common_args: ',
    'ansible_user: ',
    'vrrp_vips: ',
    'vrrp_mac: ',
  ],
] as const;

const change = fc.record({
  kind: fc.constantFrom('insert', 'replace', 'cut', 'flip', 'double', 'swap', 'truncate'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(60),
  piece: fc.constantFrom(...PIECES),
  byte: fc.nat(255),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(bytes: Buffer, { kind, at, length, piece, byte }: Change): Buffer {
  const from = Math.floor(at * bytes.length);
  const [head, middle, tail] = [
    bytes.subarray(0, from),
    bytes.subarray(from, from + length),
    bytes.subarray(from + length),
  ];
  const parts = {
    insert: [head, Buffer.from(piece), middle, tail],
    replace: [head, Buffer.from(piece), tail],
    cut: [head, tail],
    flip: [head, Buffer.of(byte), middle.subarray(1), tail],
    double: [head, middle, middle, middle, tail],
    swap: [head, tail.subarray(0, 40), middle, tail.subarray(40)],
    truncate: kind === 'truncate' && length < 10 ? [head] : [head, middle],
  };
  return Buffer.concat(parts[kind]);
}

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      ...[
        'a',
        'b',
        'no_such',
        '1',
        '-2',
        '0.5',
        '9999999999999999999',
        "'x'",
        '"{{"',
        'true',
        'none',
      ],
      ...[
        '[]',
        '{}',
        'inventory_hostname',
        'groups',
        'hostvars',
        'hostvars[groups.all[0]]',
        'omit',
      ],
    ),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '+',
          '-',
          '*',
          '/',
          '//',
          '%',
          '**',
          '~',
          '==',
          '<',
          'in',
          'and',
          'or',
          'is',
          'not in',
        ),
        tie('expression'),
      )
      .map((parts) => parts.join(' ')),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          ...[
            'default',
            'lower',
            'join',
            'to_json',
            'ipaddr',
            'int',
            'list',
            'regex_replace',
            'split',
          ],
          ...[
            'sort',
            'unique',
            'map',
            'select',
            'combine',
            'dict2items',
            'b64decode',
            'from_yaml',
            'nope',
          ],
        ),
        fc.array(tie('expression'), { maxLength: 2 }),
      )
      .map(([value, name, given]) => `(${value}) | ${name}(${given.join(', ')})`),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom(
          '.a',
          '[0]',
          "['a']",
          '.__class__',
          '.constructor',
          '.items()',
          '[1:]',
          '()',
          '.upper()',
        ),
      )
      .map(([value, access]) => `(${value})${access}`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([one, other]) => `${one} if ${other} else [${one}]`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([one, other]) => `{'k': ${one}, ${other}: 1}`),
  ),
}));

const value = fc.oneof(
  expression.map((text) => JSON.stringify(`{{ ${text} }}`)),
  fc
    .tuple(expression, expression)
    .map(([one, other]) => JSON.stringify(`x{{ ${one} }}{{${other}}}`)),
  fc.constantFrom(...PIECES),
  fc.constantFrom(
    '&a {x: 1}',
    '&b [1, {y: *a}]',
    '*a',
    '*b',
    '!unsafe "{{ a }}"',
    '!!int "7"',
    '{<<: *a, z: 2}',
  ),
  fc.json({ maxDepth: 3 }),
  fc.integer().map(String),
  anyText({ maxLength: 8 }),
);

const variables = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'a',
        'b',
        'c',
        'ansible_host',
        'ansible_port',
        'ansible_user',
        'vrrp_mac',
        'vrrp_vips',
        '<<',
      ),
      value,
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pairs) =>
    pairs.map(([name, text]) => `      ${name}: ${text.replaceAll('\n', '\n        ')}\n`).join(''),
  );

const hostName = fc.oneof(
  fc.constantFrom(
    'n1',
    'n2',
    '"n[1:3]"',
    'n[a:c]',
    'n[1:9]x[1:9]',
    '"[fd00::1]:22"',
    'n1:2222',
    '12',
    'on',
    'web',
  ),
  fc.string({ maxLength: 4 }),
);

const group = fc
  .tuple(
    fc.constantFrom('all', 'web', 'controllers', 'ungrouped', 'x-y', 'n1'),
    fc.array(fc.tuple(hostName, variables), { maxLength: 3 }),
    fc.option(variables),
    fc.array(fc.constantFrom('all', 'web', 'controllers', 'db'), { maxLength: 2 }),
  )
  .map(([name, hosts, vars, children]) =>
    [
      `${name}:\n`,
      hosts.length === 0 ? '' : '  hosts:\n',
      ...hosts.map(([host, text]) => `    ${host}:\n${text}`),
      vars === null ? '' : `  vars:\n${vars.replace(/^ {6}/gm, '    ')}`,
      children.length === 0
        ? ''
        : `  children:\n${children.map((child) => `    ${child}:\n`).join('')}`,
    ].join(''),
  );

const generated = fc
  .array(group, { minLength: 1, maxLength: 3 })
  .map((groups) => Buffer.from(groups.join('')));

/** Inventories that something happened to, and such as nobody writes. */
export const mutants: fc.Arbitrary<Buffer> = mutated(fc.oneof(fc.constantFrom(...REAL), generated));

/** Bytes that something happened to. */
export function mutated(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc
    .tuple(bytes, fc.array(change, { maxLength: 4, size: 'max' }))
    .map(([text, changes]) => changes.reduce(changed, text));
}

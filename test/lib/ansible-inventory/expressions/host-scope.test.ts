import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import { complaints, linesOf, load, variablesOf } from '../inventory-folder.ts';

function hostOf(hosts: readonly Host[], name: string): Host {
  const host = hosts.find((each) => each.name === name);
  if (host === undefined) throw new Error(`no host ${name}`);
  return host;
}

/** Each variable of a host: its value, or what it complains about. */
function outcomesOf({ variables }: Host, folder: string): Readonly<Record<string, unknown>> {
  const entries = [...variables].map(([name, variable]) => {
    try {
      return [name, variable.value];
    } catch (error) {
      return [name, linesOf(failuresOf(error), folder).join('\n')];
    }
  });
  return Object.fromEntries(entries);
}

function folderOf(sources: readonly string[]): string {
  return (sources[0] ?? '').replace('/inventory.yaml', '');
}

test('expressions see the variables of their host, other hosts and groups', async () => {
  const { hosts, sources } = await load(`all:
  vars:
    domain: example.org
    fqdn: "{{ inventory_hostname_short }}.{{ domain }}"
    peers: "{{ groups['web'] | difference([inventory_hostname]) }}"
    names: "{{ groups.web | map('extract', hostvars, 'fqdn') | join(',') }}"
    other: "{{ hostvars[peers[0]].fqdn }} {{ hostvars['n1'].own | default('none') }}"
    place: "{{ inventory_file | basename }} {{ inventory_dir == inventory_file | dirname }}"
    mine: "{{ group_names }}"
  children:
    web: {hosts: {n1: , n2.lan: {own: 1}}}
    db: {hosts: {n1: }}
`);
  expect(outcomesOf(hostOf(hosts, 'n1'), folderOf(sources))).toEqual({
    domain: 'example.org',
    fqdn: 'n1.example.org',
    peers: ['n2.lan'],
    names: 'n1.example.org,n2.example.org',
    other: 'n2.example.org none',
    place: 'inventory.yaml True',
    mine: ['db', 'web'],
  });
  expect(outcomesOf(hostOf(hosts, 'n2.lan'), folderOf(sources))).toMatchObject({
    peers: ['n1'],
    other: 'n1.example.org none',
    mine: ['web'],
  });
});

test('an error is that of the variable that uses the expression, at the place of it', async () => {
  const { hosts, sources } = await load(`all:
  vars:
    unused: "{{ lookup('file', 'x') }}"
    direct: "a {{ 1 }} b {{ domian }}"
    domain: x
    nested: {deep: ["{{ direct }}"]}
    block: |
      first
        {{ domain | uper }}
    single: '{{ "it''s" ~ nothing }}'
    a: "{{ b }}"
    b: "{{ c[0] }}"
    c: ["{{ a }}"]
    self: "{{ self }}"
    saved: "{{ direct | default('saved') }}"
  hosts: {n1: }
`);
  expect(outcomesOf(hostOf(hosts, 'n1'), folderOf(sources))).toMatchInlineSnapshot(`
    {
      "a": "inventory.yaml:13:13: Variables need each other in a circle. Break it: a › b › c › a.",
      "b": "inventory.yaml:13:13: Variables need each other in a circle. Break it: a › b › c › a.",
      "block": "inventory.yaml:9:21: The filter uper is not supported. Did you mean upper?",
      "c": "inventory.yaml:13:13: Variables need each other in a circle. Break it: a › b › c › a.",
      "direct": "inventory.yaml:4:29: The variable domian is not defined. Did you mean domain?",
      "domain": "x",
      "nested": "inventory.yaml:4:29: The variable domian is not defined. Did you mean domain?",
      "saved": "saved",
      "self": "inventory.yaml:14:15: Variables need each other in a circle. Break it: self › self.",
      "single": "inventory.yaml:10:14: The variable nothing is not defined. Set it, or give a default: | default(…).",
      "unused": "inventory.yaml:3:17: lookup('file') is not supported. Write the value out.",
    }
  `);
});

test('connections are made of resolved variables; what they do not use may be wrong', async () => {
  const { hosts } = await load(`all:
  vars:
    ansible_host: "{{ inventory_hostname }}.example.org"
    ansible_port: "{{ base_port + 22 }}"
    base_port: 2200
    ansible_python_interpreter: "{{ lookup('env', 'PYTHON') }}"
  hosts: {n1: }
`);
  expect(hostOf(hosts, 'n1').connection).toMatchObject({ address: 'n1.example.org', port: 2222 });
});

test('an expression that a connection needs is a problem of the inventory', async () => {
  const loading = load(`all: {vars: {ansible_host: "{{ addres }}"}, hosts: {n1: {address: x}}}`);
  await expect(loading).rejects.toMatchObject({
    failures: [{ message: 'The variable addres is not defined', fix: 'Did you mean address?' }],
  });
});

test('what comes from a secret is a secret, fetched on use', async () => {
  process.env['ROTA_TEST_CANARY'] = 'canary-51';
  const inventory = await load(`all:
  vars:
    secret: !env ROTA_TEST_CANARY
    alone: "{{ secret }}"
    inside: "user:{{ secret }}@{{ domain }}"
    filtered: "{{ secret | upper | replace('-', '_') }}"
    chosen: "{{ 'yes' if secret == 'canary-51' else 'no' }}"
    list: ["{{ inside }}", "{{ domain }}", "{{ [secret, 'x'] }}"]
    part: "{{ (('{\\"p\\": \\"' ~ secret ~ '\\"}') | from_json).p }}"
    known: "{{ secret is defined }}"
    absent: !env ROTA_TEST_ABSENT
    uses_absent: "{{ absent ~ 'x' }}"
    domain: example.org
  hosts: {n1: }
`);
  const variables = variablesOf(inventory, 'n1');
  expect(JSON.stringify(variables)).not.toContain('canary');
  const reveal = (value: unknown): unknown => {
    if (value instanceof Secret) return `secret ${value.reveal()}`;
    return Array.isArray(value) ? value.map(reveal) : value;
  };
  const { absent: _, uses_absent: late, ...rest } = variables;
  expect(
    Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, reveal(value)])),
  ).toEqual({
    secret: 'secret canary-51',
    alone: 'secret canary-51',
    inside: 'secret user:canary-51@example.org',
    filtered: 'secret CANARY_51',
    chosen: 'secret yes',
    list: ['secret user:canary-51@example.org', 'example.org', ['secret canary-51', 'x']],
    part: 'secret canary-51',
    known: true,
    domain: 'example.org',
  });
  expect(() => (late as Secret).reveal()).toThrow(/variable/);
  delete process.env['ROTA_TEST_CANARY'];
});

test('unsafe texts, secrets and results hold braces as they are', async () => {
  process.env['ROTA_TEST_CANARY'] = '{{ domain }}';
  const inventory = await load(`all:
  vars:
    domain: x
    unsafe: !unsafe "{{ domain }}"
    uses: "{{ unsafe }}-{{ domain }}"
    built: "{{ '{' ~ '{ domain }' ~ '}' }}"
    again: "{{ built }}"
    secret: !env ROTA_TEST_CANARY
    revealed: "{{ secret ~ domain }}"
  hosts: {n1: }
`);
  const variables = variablesOf(inventory, 'n1');
  expect(variables).toMatchObject({
    unsafe: '{{ domain }}',
    uses: '{{ domain }}-x',
    built: '{{ domain }}',
    again: '{{ domain }}',
  });
  expect((variables['revealed'] as Secret).reveal()).toBe('{{ domain }}x');
  delete process.env['ROTA_TEST_CANARY'];
});

test('parts of a result stand where they come from', async () => {
  const { hosts } = await load(`all:
  vars:
    list: [1, {a: x}]
    passed: "{{ list }}"
    taken: "{{ list[1] }}"
    made: "{{ list + [2] }}"
    groups_of: "{{ group_names }}"
    again: "{{ group_names }}"
  hosts: {n1: }
`);
  const { variables } = hostOf(hosts, 'n1');
  const lineOf = (name: string, ...path: readonly PropertyKey[]) =>
    variables.get(name)?.originOf(path).line;
  expect([
    lineOf('passed', 1, 'a'),
    lineOf('taken', 'a'),
    lineOf('made', 1, 'a'),
    lineOf('made', 2),
    lineOf('groups_of'),
    lineOf('again'),
  ]).toEqual([3, 3, 3, 6, 7, 8]);
});

test('what takes too long ends the work on all hosts, with its place', async () => {
  const loading = complaints(`all:
  vars: {ansible_port: "{{ ('a' * 40) | regex_search('(a+)+$b') }}"}
  hosts: {a: {ansible_timeout: no}, "n[1:900]": }
`);
  expect(await loading).toEqual([
    'inventory.yaml:2:25: A regular expression takes too long, or too much. Do not repeat what repeats already, such as (a+)+.',
  ]);
});

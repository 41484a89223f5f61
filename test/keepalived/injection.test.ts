import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { Answers } from '#engine/model/answers.ts';
import { Failures, failuresOf } from '#engine/model/failure.ts';
import type { Stages } from '#engine/model/playbook.ts';
import { stagesIn } from '#engine/model/playbook.ts';
import { reveal, type Text } from '#engine/model/secret.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { desiredFiles } from '#engine/report/task-list.ts';
import { joinReads } from '#engine/shell/batch.ts';
import { compileProgram } from '#engine/shell/compile.ts';
import { lint } from '#keepalived/lint.ts';
import { configStatements, type Statement } from '#keepalived/parse-config.ts';
import { KeepalivedVars, type Node, PREFIXES } from '#keepalived/vars.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import deploy from '#playbooks/deploy.ts';
import { folderOf } from '../lib/ansible-inventory/inventory-folder.ts';

const HOSTILE = [
  ...['"', "'", 'a" ; touch canary; "', "a'; touch canary; '", '$(touch canary)', '`touch canary`'],
  ...[
    'a\ntouch canary',
    'a\r\ntouch canary',
    '; touch canary',
    '&& touch canary',
    '| touch canary',
  ],
  ...[
    '}\nvrrp_script x {\nscript "touch canary"\n}',
    '}',
    '{',
    'a # b',
    '#',
    '!a',
    '@a',
    'a\0b',
    '\\',
  ],
  ...[
    '🦊',
    '\u202eabc',
    '\u200f',
    '\u2028',
    '\x1b[2J',
    '-oProxyCommand=touch canary',
    '--upload-pack=touch canary',
  ],
  ...[
    'ext::sh -c touch% canary',
    '${HOME}',
    '$HOME',
    '~',
    '*',
    'a: b',
    '- a',
    '../../canary',
    'a b',
    ' ',
  ],
  ...[
    "{{ ''.constructor.constructor('x')() }}",
    "{{ ''.__class__.__mro__ }}",
    '{{ lookup("pipe", "id") }}',
  ],
] as const;

type Json = Readonly<Record<string, unknown>>;

/** Every variable with something in each of its places, that is well. */
const WELL: Json = {
  vrrp_fabric_id: 666,
  vrrp_virt: 1,
  vrrp_interface: 'srvc0',
  vrrp_vips: ['fd02:9a01::1'],
  vrrp_vips4: ['192.0.2.101'],
  vrrp_peer_order: ['n1', 'n2'],
  keepalived_profile: 'default',
  keepalived_checks: [
    { name: 'chk_a', url: 'https://localhost:6443/healthz' },
    { name: 'chk_b', command: ['/bin/true', 'x'] },
  ],
  keepalived_mount: 'directory',
  keepalived_manifest_dir: '/etc/kubernetes/manifests',
  keepalived_namespace: 'fabric',
  keepalived_runtime: 'podman',
  image_repository: '/srv/keepalived.git',
  image_ref: 'main',
  image_name: 'ocp/keepalived',
  image_registry: 'registry.example:5000',
  image_registry_certs: '/srv/certs',
  image_build_host: 'n1',
};
const OWN: Json = {
  vrrp_mac: '02:00:00:00:00:01',
  vrrp_address: 'fd02:9a01::11',
  vrrp_address4: '192.0.2.11',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rota-injection-'));
  mkdirSync(join(folder, 'bin'));
  for (const name of ['touch', 'cat', 'sh', 'mkdir', 'printf', 'head', 'grep', 'sed', 'id']) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found.startsWith('/')) symlinkSync(found, join(folder, 'bin', name));
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inventoryOf(own: Json, vars: Json, name = 'n1'): string {
  const other = {
    vrrp_mac: '02:00:00:00:00:02',
    vrrp_address: 'fd02:9a01::12',
    vrrp_address4: '192.0.2.12',
  };
  return JSON.stringify({
    all: { children: { controllers: { hosts: { [name]: own, n2: other }, vars } } },
  });
}

/** The nodes, or what is said where they are refused. */
async function read(text: string) {
  const path = join(await folderOf({ 'inventory.json': text }), 'inventory.json');
  try {
    const members = bindVariables(KeepalivedVars, (await loadInventory([path])).hosts, PREFIXES);
    const wrong = lint(members);
    if (wrong.length > 0) throw new Failures(wrong);
    return { members, refusals: [] };
  } catch (error) {
    return { members: [], refusals: failuresOf(error).map((failure) => ({ failure, path })) };
  }
}

const none = new Answers();
const contextOf = (member: Node, members: readonly Node[]) => ({
  ...member,
  members,
  local: none,
  facts: none,
  meanwhile: new Map(),
  takeOver: [],
});

function scriptsOf(stages: Stages): readonly string[] {
  return stagesIn(stages)
    .flat()
    .flatMap((task) => {
      const commands = task.fresh();
      const about = { owner: 'a', since: 'b', what: 'c' };
      return [
        joinReads(task.reads, 'mark'),
        compileProgram({
          runId: 'r',
          mark: 'm',
          commands,
          reads: [],
          about,
          armed: false,
          leased: false,
          commandMs: 60_000,
        }),
        ...commands.flatMap((command) => (command.kind === 'run' ? [reveal(command.script)] : [])),
      ];
    });
}

const shapeOf = (statements: readonly Statement[]): unknown =>
  statements.map(({ words, block }) => [words[0], words.length, block && shapeOf(block)]);

/** What the files of a node look like, values aside. */
function shapesOf(members: readonly Node[]) {
  const [member] = members;
  if (member === undefined) return undefined;
  return desiredFiles(deploy, contextOf(member, members)).map(({ path, body }) => {
    const text = reveal(body as Text);
    return path.endsWith('.conf')
      ? shapeOf(configStatements(text))
      : JSON.stringify(parse(text), (_, value) => (typeof value === 'string' ? '' : value));
  });
}

/** What would be run for the first of these nodes, there and here. */
function scriptsFor(members: readonly Node[]) {
  const [member] = members;
  if (member === undefined) return { node: [], local: [] };
  const context = contextOf(member, members);
  return {
    node: [deploy.prepare?.(context) ?? [], deploy.tasks?.(context) ?? []].flatMap(scriptsOf),
    local: scriptsOf(deploy.local?.({ members, facts: none }) ?? []),
  };
}

/** Runs all of this that may run here, as far as it goes without the tools; gives what it left. */
function runAll(scripts: readonly ReturnType<typeof scriptsFor>[]): readonly string[] {
  const all = scripts.flatMap(({ node, local }) => [...node, ...local]);
  const { stderr } = spawnSync('sh', ['-n'], { input: all.join('\n'), encoding: 'utf8' });
  const env = { PATH: join(folder, 'bin'), HOME: folder };
  // Whole programs write where nodes have things; the commands in them are tried one by one.
  const harmless = scripts.flatMap(({ local }) =>
    local.filter((text) => !text.includes('/var/lib')),
  );
  const input = harmless.map((script) => `(\n${script}\n)`).join('\n');
  spawnSync('/bin/sh', ['-s'], { input, cwd: folder, env, timeout: 60_000 });
  const left = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return [...(stderr === '' ? [] : [stderr]), ...left.filter((name) => name.includes('canary'))];
}

/** Where a variable can hold a text, as paths into it. */
function placesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, part]) =>
      placesIn(part, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

function put(
  value: unknown,
  [step, ...rest]: readonly (string | number)[],
  text: unknown,
): unknown {
  if (step === undefined) return text;
  if (Array.isArray(value))
    return value.map((part, index) => (index === step ? put(part, rest, text) : part));
  return { ...(value as Json), [step]: put((value as Json)[step], rest, text) };
}

const schema = z.toJSONSchema(KeepalivedVars, { io: 'input', unrepresentable: 'any' });
const names = Object.keys(schema.properties ?? {});

test('a ring that is well is read, and what it would run is sh', async () => {
  const { members, refusals } = await read(inventoryOf(OWN, WELL));
  expect(refusals.map(({ failure }) => failure)).toEqual([]);
  expect(runAll([scriptsFor(members)])).toEqual([]);
});

test.for(names)('%s: hostile text is refused with its place, or stays a text', async (name) => {
  const isOwn = Object.hasOwn(OWN, name);
  const well = shapesOf((await read(inventoryOf(OWN, WELL))).members);
  const complaints: unknown[] = [];
  const scripts = [];
  for (const path of placesIn(isOwn ? OWN[name] : WELL[name])) {
    for (const hostile of HOSTILE) {
      const given = { [name]: put((isOwn ? OWN : WELL)[name], path, hostile) };
      const text = inventoryOf(
        isOwn ? { ...OWN, ...given } : OWN,
        isOwn ? WELL : { ...WELL, ...given },
      );
      const { members, refusals } = await read(text);
      for (const { failure, path: file } of refusals) {
        const said = formatFailures([failure]);
        if (!failure.where?.startsWith(`${file}:1:`))
          complaints.push([hostile, failure.where, said]);
        if (/[^\P{Cc}\n\t]|[\u200e\u200f\u202e\u2028]/u.test(said))
          complaints.push([hostile, said]);
      }
      if (members.length === 0) continue;
      const shapes = shapesOf(members);
      if (JSON.stringify(shapes) !== JSON.stringify(well)) complaints.push([hostile, shapes]);
      scripts.push(scriptsFor(members));
    }
  }
  expect([...complaints, ...runAll(scripts)]).toEqual([]);
});

/** The hostile texts that are taken for a name, and what is wrong with how. */
async function tried(inventoryWith: (hostile: string) => string) {
  const well = JSON.stringify(shapesOf((await read(inventoryOf(OWN, NAMELESS))).members));
  const accepted: string[] = [];
  const complaints: unknown[] = [];
  const scripts = [];
  for (const hostile of HOSTILE) {
    const { members, refusals } = await read(inventoryWith(hostile));
    const placeless = refusals.filter(
      ({ failure, path }) => !failure.where?.startsWith(`${path}:1:`),
    );
    complaints.push(...placeless);
    if (members.length === 0) continue;
    accepted.push(hostile);
    scripts.push(scriptsFor(members));
    if (JSON.stringify(shapesOf(members)) !== well) complaints.push([hostile, shapesOf(members)]);
  }
  return {
    accepted: escapeControl(JSON.stringify(accepted)),
    complaints: [...complaints, ...runAll(scripts)],
  };
}

const { vrrp_peer_order: _order, image_build_host: _host, ...NAMELESS } = WELL;

test('hostile names of hosts are refused, or stay names', async () => {
  expect(await tried((name) => inventoryOf(OWN, NAMELESS, name))).toMatchInlineSnapshot(`
    {
      "accepted": "["#","!a","@a","🦊","~","*","../../canary"]",
      "complaints": [],
    }
  `);
});

test('addresses and users are no options of ssh, and nothing for the shell of a ProxyCommand', async () => {
  const names = ['ansible_host', 'ansible_ssh_host', 'ansible_user', 'ansible_ssh_user'];
  const found = names.map(async (name) => [
    name,
    await tried((hostile) => inventoryOf({ ...OWN, [name]: hostile }, NAMELESS)),
  ]);
  expect(Object.fromEntries(await Promise.all(found))).toMatchInlineSnapshot(`
    {
      "ansible_host": {
        "accepted": "["#","!a","@a","🦊","~","*","../../canary"]",
        "complaints": [],
      },
      "ansible_ssh_host": {
        "accepted": "["#","!a","@a","🦊","~","*","../../canary"]",
        "complaints": [],
      },
      "ansible_ssh_user": {
        "accepted": "["a # b","#","!a","@a","🦊","~","*","a: b","../../canary","a b"," "]",
        "complaints": [],
      },
      "ansible_user": {
        "accepted": "["a # b","#","!a","@a","🦊","~","*","a: b","../../canary","a b"," "]",
        "complaints": [],
      },
    }
  `);
});

test('variables of a command line are never expressions', async () => {
  const path = join(await folderOf({ 'i.json': inventoryOf(OWN, NAMELESS) }), 'i.json');
  const extra = ["a={{ ''.constructor.constructor('x')() }}", 'b="{{ a }}$(touch canary)"'];
  const [host] = (await loadInventory([path], { extra })).hosts;
  expect(['a', 'b'].map((name) => host?.variables.get(name)?.value)).toMatchInlineSnapshot(`
    [
      "{{ ''.constructor.constructor('x')() }}",
      "{{ a }}$(touch canary)",
    ]
  `);
});

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Origin } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import { lastLinesOf } from '../secrets/command.ts';
import type { Vault } from '../secrets/vault.ts';
import { type Leaf, leafOf, type Mapping, mapping, namesTree, type Tree } from './tree.ts';

/** Sources such as a cloud may take long to answer. */
const TIMEOUT_MS = 120_000;
/** From then on the user is told what the wait is for. */
const PATIENCE_MS = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** What the program printed, or a sentence that says how to go on without it. */
type Printed = { readonly json: string } | { readonly fix: string };

/**
 * Lets `ansible-inventory` read a file; group_vars and host_vars are left to rota. Runs the file, where
 * that is a program, as Ansible does. INI may speak of groups that earlier files have: `known`.
 */
export async function askAnsible(
  file: string,
  known: readonly string[],
  onWait: (what: string) => void = () => {},
): Promise<Printed> {
  const what = `Waiting for ansible-inventory to read ${file}`;
  const patience = setTimeout(onWait, PATIENCE_MS, what);
  try {
    return await ask(file, known);
  } finally {
    clearTimeout(patience);
  }
}

async function ask(file: string, known: readonly string[]): Promise<Printed> {
  if (known.length === 0) return await run(file, []);
  const folder = await mkdtemp(join(tmpdir(), 'rota-inventory-'));
  try {
    const stub = join(folder, 'groups.json');
    await writeFile(stub, JSON.stringify(Object.fromEntries(known.map((name) => [name, null]))));
    return await run(file, ['--inventory', stub]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(file: string, before: readonly string[]): Promise<Printed> {
  const env = {
    ...process.env,
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1',
    ANSIBLE_NOCOLOR: '1',
    // No such plugin: the variables that lie beside the file are not wanted twice.
    ANSIBLE_VARS_ENABLED: 'none',
  };
  const options = { env, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES };
  const args = [...before, '--inventory', resolve(file), '--list', '--export'];
  return new Promise((done) => {
    const child = execFile('ansible-inventory', args, options, (error, stdout, stderr) => {
      if (error === null) done({ json: stdout });
      else done({ fix: fixFor(error, file, stderr) });
    });
    child.stdin?.end();
  });
}

function fixFor(
  error: { readonly code?: unknown; readonly killed?: boolean },
  file: string,
  stderr: string,
) {
  const command = `ansible-inventory -i ${file} --list`;
  if (error.code === 'ENOENT') {
    return `ansible-inventory, which reads it, is not installed here. Convert it where it is: ${command} --export --yaml > hosts.yaml`;
  }
  if (error.killed) return `It was not read after ${TIMEOUT_MS / 1000} s: ${command}`;
  return `See what is wrong: ${command}. It said: ${lastLinesOf(stderr)}`;
}

/** Where the values of a list come from, and what opens those that are encrypted. */
interface ListSource {
  readonly origin: Origin;
  readonly vault: Vault;
}

/** The JSON of `ansible-inventory --list --export` as the tree of an inventory in YAML. */
export function inventoryTreeOf(list: Mapping, source: ListSource): Tree {
  const meta = childOf(childOf(list, '_meta'), 'hostvars');
  const left = new Map(meta?.kind === 'mapping' ? meta.entries : []);
  const names = [...namesOf(childOf(childOf(list, 'all'), 'children')), ...list.entries.keys()];
  const groups = [...new Set(names)].filter((name) => name !== '_meta');
  const { origin } = source;
  return mapping(
    // In the order of the file, which the list has for groups at the top alone.
    groups.map((name) => {
      const tree = childOf(list, name);
      const hosts = namesOf(childOf(tree, 'hosts')).map((host): [string, Tree] => {
        const variables = left.get(host)?.tree;
        left.delete(host);
        return [host, variables ? placed(variables, source) : leafOf(null, origin)];
      });
      // Ansible has put every group that has no parent so far below `all`: later files may have one.
      const children = name === 'all' ? [] : namesOf(childOf(tree, 'children'));
      const vars = childOf(tree, 'vars');
      return [
        name,
        mapping(
          [
            ['hosts', mapping(hosts, origin)],
            ['children', namesTree(children, origin)],
            ['vars', vars ? placed(vars, source) : leafOf(null, origin)],
          ],
          origin,
        ),
      ];
    }),
    origin,
  );
}

function childOf(tree: Tree | undefined, name: string): Tree | undefined {
  return tree?.kind === 'mapping' ? tree.entries.get(name)?.tree : undefined;
}

function namesOf(tree: Tree | undefined): readonly string[] {
  if (tree?.kind !== 'sequence') return [];
  return tree.items.flatMap((item) => (item.kind === 'leaf' ? [String(item.value)] : []));
}

/** The same with the place of the file that was read: that of the list is no use to anybody. */
function placed(tree: Tree, source: ListSource): Tree {
  const { origin } = source;
  if (tree.kind === 'leaf') return { ...tree, origin };
  if (tree.kind === 'sequence') {
    return { ...tree, origin, items: tree.items.map((item) => placed(item, source)) };
  }
  return (
    marked(tree, source) ?? {
      ...tree,
      ...mapping(
        [...tree.entries].map(([name, entry]) => [name, placed(entry.tree, source)]),
        origin,
      ),
    }
  );
}

function marked(tree: Mapping, { origin, vault }: ListSource): Leaf | undefined {
  const [[name, entry] = ['', undefined]] = tree.entries;
  const text = entry?.tree.kind === 'leaf' ? entry.tree.value : undefined;
  if (typeof text !== 'string' || tree.entries.size !== 1) return undefined;
  if (name === '__ansible_unsafe') return { ...leafOf(text, origin), unsafe: true };
  if (name !== '__ansible_vault') return undefined;
  const secret = new Secret(() => vault.decrypt(text, origin));
  return { ...leafOf(secret, origin), vault: text };
}

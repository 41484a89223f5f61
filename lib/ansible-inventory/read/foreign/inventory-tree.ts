import type { Origin } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Vault } from '../../secrets/vault.ts';
import type { Leaf, Mapping, Tree } from '../tree.ts';
import { leafOf, mapping, namesTree } from '../tree.ts';

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

import { remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { isTemplate } from '../expressions/parse-template.ts';
import { type Leaf, type Tree, withParts } from '../read/tree.ts';

/** Variables of an encrypted file: every text and number is a secret, keys and booleans are not. */
export function concealVariables(tree: Tree): Tree {
  return tree.kind === 'leaf' ? concealed(tree) : withParts(tree, butPriority(concealVariables));
}

/** An encrypted inventory: its variables as above, and the names of its hosts and groups in the clear. */
export function concealInventory(tree: Tree): Tree {
  return tree.kind === 'mapping' ? withParts(tree, butPriority(concealGroup)) : tree;
}

function concealGroup(tree: Tree): Tree {
  if (tree.kind !== 'mapping') return tree;
  return withParts(tree, (inner, section) => {
    if (section === 'children') return concealInventory(inner);
    const isStructure = section === 'hosts' && inner.kind === 'leaf';
    return isStructure ? inner : concealVariables(inner);
  });
}

function butPriority(conceal: (tree: Tree) => Tree): (tree: Tree, name: string) => Tree {
  return (tree, name) => (name === 'ansible_group_priority' ? tree : conceal(tree));
}

function concealed(leaf: Leaf): Leaf {
  const { value } = leaf;
  if (value === null || value === '' || typeof value === 'boolean' || value instanceof Secret)
    return leaf;
  return { ...leaf, ...secretOf(value, leaf.unsafe) };
}

/** What an encrypted value is as a leaf: a secret that its expressions, if it has any, give. */
export function secretOf(
  value: string | number | bigint,
  unsafe?: true,
): Pick<Leaf, 'value' | 'template'> {
  if (typeof value !== 'string') return { value: new Secret(() => remember(String(value)), value) };
  const secret = new Secret(() => remember(value));
  return unsafe || !isTemplate(value) ? { value: secret } : { value: secret, template: value };
}

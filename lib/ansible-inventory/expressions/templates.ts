import type { Leaf, Tree } from '../read/tree.ts';
import { isTemplate, parseTemplate } from './parse-template.ts';
import type { Template } from './syntax.ts';

/** By what a file says, which does not change: many hosts share it, and ask again and again. */
const marked = new WeakMap<Tree, boolean>();
const parsed = new WeakMap<Leaf, Template>();

/** Whether there is an expression anywhere in a value. `!unsafe` texts have none. */
export function hasTemplate(tree: Tree): boolean {
  const known = marked.get(tree);
  if (known !== undefined) return known;
  const found = tree.kind === 'leaf' ? isTemplateLeaf(tree) : childrenOf(tree).some(hasTemplate);
  marked.set(tree, found);
  return found;
}

function isTemplateLeaf({ value, unsafe, template }: Leaf): boolean {
  if (template !== undefined) return true;
  return typeof value === 'string' && unsafe !== true && isTemplate(value);
}

function childrenOf(tree: Exclude<Tree, Leaf>): readonly Tree[] {
  return tree.kind === 'sequence'
    ? tree.items
    : [...tree.entries.values()].map((entry) => entry.tree);
}

/** The parsed text of a leaf, which many hosts may share. Throws a Flaw. */
export function templateOf(leaf: Leaf): Template {
  const known = parsed.get(leaf);
  if (known !== undefined) return known;
  const template = parseTemplate(leaf.template ?? String(leaf.value));
  parsed.set(leaf, template);
  return template;
}

/** The variable that is all of the text: of `{{ name }}`, name. */
export function singleName({ value, template }: Leaf): string | undefined {
  return /^\{\{\s*(\w*)\s*\}\}\n?$/.exec(template ?? String(value))?.[1];
}

/** Works out a text with expressions. */
export type Render = typeof import('./render.ts').renderTemplate;

/** What works out the expressions in these values. Filters and all are only loaded when there are some. */
export async function rendererFor(trees: readonly Tree[]): Promise<Render> {
  if (!trees.some(hasTemplate)) return renderNothing;
  const { renderTemplate } = await import('./render.ts');
  return renderTemplate;
}

function renderNothing(): never {
  throw new Error('a text has expressions that no source had');
}

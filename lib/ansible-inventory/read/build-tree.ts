import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  type Pair,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { Secret } from '#engine/model/secret.ts';
import { readSecret } from '../secrets/read-secret.ts';
import { VAULT_TAGS } from '../secrets/vault.ts';
import { expressionOrigins } from './expression-origins.ts';
import { fixForTag, readScalar, type Source, textOfScalar } from './read-scalar.ts';
import {
  type Entry,
  type Leaf,
  type Mapping,
  markUnsafe,
  mergedInto,
  sizeOf,
  type Tree,
} from './tree.ts';

/** How many values aliases may repeat in one file: a small file can otherwise fill the memory. */
const MOST_REPEATED = 100_000;
const COLLECTION_TAGS = ['tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq'];

/** Turns a parsed document into values with their places, aliases and merge keys resolved. */
export function buildTree(document: Document.Parsed, source: Source): Tree {
  const builder = new TreeBuilder(source);
  return document.contents === null ? builder.nothing(0) : builder.build(document.contents);
}

class TreeBuilder {
  readonly #source: Source;
  /** By anchor: its value, or undefined while that is being built. */
  readonly #anchors = new Map<string, Tree | undefined>();
  #repeated = 0;
  #exhausted = false;

  constructor(source: Source) {
    this.#source = source;
  }

  build(node: ParsedNode): Tree {
    if (isAlias(node)) return this.#alias(node);
    const { anchor } = node;
    if (anchor !== undefined) this.#declare(anchor, node);
    const tree = this.#content(node);
    if (anchor !== undefined) this.#anchors.set(anchor, tree);
    return tree;
  }

  nothing(offset: number): Leaf {
    return { kind: 'leaf', value: null, origin: this.#source.originOf(offset), size: 1 };
  }

  #declare(anchor: string, node: ParsedNode): void {
    if (this.#anchors.has(anchor)) {
      this.#problem('An anchor is declared twice', node, `Give one &${anchor} another name.`);
    }
    this.#anchors.set(anchor, undefined);
  }

  #content(node: Exclude<ParsedNode, Alias.Parsed>): Tree {
    const opened = this.#source.opened?.get(node);
    if (opened !== undefined) return { ...this.nothing(node.range[0]), ...opened };
    const secret = readSecret(node, this.#source);
    if (secret !== undefined) {
      const vault =
        isScalar(node) && VAULT_TAGS.includes(node.tag ?? '') ? { vault: node.source } : {};
      return { ...this.nothing(node.range[0]), ...vault, value: secret };
    }
    if (node.tag === '!unsafe') return markUnsafe(this.#verbatim(node));
    if (isScalar(node)) return this.#scalar(node);
    if (node.tag !== undefined && !COLLECTION_TAGS.includes(node.tag)) this.#unknownTag(node);
    return this.#collection(node);
  }

  #verbatim(node: Exclude<ParsedNode, Alias.Parsed>): Tree {
    if (!isScalar(node)) return this.#collection(node);
    return { ...this.nothing(node.range[0]), value: textOfScalar(node, this.#source) };
  }

  #collection(node: YAMLMap.Parsed | YAMLSeq.Parsed): Tree {
    return isMap(node) ? this.#mapping(node) : this.#sequence(node as YAMLSeq.Parsed);
  }

  #scalar(node: Scalar.Parsed): Leaf {
    const origin = this.#source.originOf(node.range[0]);
    const openers = expressionOrigins(node, this.#source);
    return { kind: 'leaf', ...readScalar(node, this.#source), ...openers, origin, size: 1 };
  }

  #sequence({ items, range }: YAMLSeq.Parsed): Tree {
    const trees = items.map((item) => this.build(item));
    const origin = this.#source.originOf(range[0]);
    return { kind: 'sequence', items: trees, origin, size: sizeOf(trees) };
  }

  #mapping({ items, range }: YAMLMap.Parsed): Mapping {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of items) {
      if (isMergeKey(pair)) this.#merge(pair, merged);
      else this.#entry(pair, own);
    }
    const entries = new Map([...merged, ...own]);
    const size = sizeOf([...entries.values()].map(({ tree }) => tree));
    return { kind: 'mapping', entries, origin: this.#source.originOf(range[0]), size };
  }

  #entry({ key, value }: Pair<ParsedNode, ParsedNode | null>, entries: Map<string, Entry>): void {
    const leaf = this.build(key);
    const tree = value === null ? this.nothing(key.range[1]) : this.build(value);
    if (leaf.kind !== 'leaf' || leaf.value instanceof Secret || isMissing(key)) {
      this.#problem(whatOfKey(leaf), key, this.#mendOfKey(key));
      return;
    }
    const name = String(leaf.value);
    const first = entries.get(name);
    if (first === undefined) entries.set(name, { key: leaf.value, origin: leaf.origin, tree });
    else this.#problem(`The key ${name} is there twice`, key, repair(first));
  }

  #merge({ value }: Pair<ParsedNode, ParsedNode | null>, merged: Map<string, Entry>): void {
    if (value === null) return;
    const fix = 'Merge mappings alone: <<: *anchor, or <<: [*anchor, *other].';
    if (!mergedInto(merged, this.build(value))) {
      this.#problem('A merge key has no mapping to merge', value, fix);
    }
  }

  #alias(node: Alias.Parsed): Tree {
    const tree = this.#anchors.get(node.source);
    if (tree === undefined) {
      const open = this.#anchors.has(node.source);
      const what = open ? 'An alias stands inside its own anchor' : 'An alias has no anchor';
      // Its name may be the beginning of a password: it is not shown.
      const fix = open
        ? 'Write the value out.'
        : 'Put & and its name before the value it means; a text that begins with * needs quotes.';
      this.#problem(what, node, fix);
      return this.nothing(node.range[0]);
    }
    return this.#repeat(tree.size, node) ? tree : this.nothing(node.range[0]);
  }

  #repeat(size: number, node: ParsedNode): boolean {
    if (this.#exhausted) return false;
    this.#repeated += size;
    if (this.#repeated <= MOST_REPEATED) return true;
    const fix = `Aliases may repeat ${MOST_REPEATED} values in one file.`;
    this.#problem('Aliases make the file too large', node, fix);
    this.#exhausted = true;
    return false;
  }

  #mendOfKey({ range: [start] }: ParsedNode): string {
    if (this.#source.text.slice(start - 1, start + 1) === '{{') return QUOTE_EXPRESSION;
    return 'Write a text, number or boolean before the colon.';
  }

  #unknownTag(node: ParsedNode): void {
    this.#problem('The tag is not supported', node, fixForTag(node.tag ?? ''));
  }

  #problem(what: string, node: ParsedNode, fix: string): void {
    // What is wrong from here on may be for want of the aliases' values.
    if (this.#exhausted) return;
    this.#source.problems.add(what, this.#source.originOf(node.range[0]), fix);
  }
}

/** For what begins with {{, which is a mapping to YAML. */
export const QUOTE_EXPRESSION = 'Put the value in quotes: "{{ … }}".';

function whatOfKey(tree: Tree): string {
  if (tree.kind !== 'leaf') return 'A key is a collection';
  return tree.value instanceof Secret ? 'A key is a secret' : 'A key is missing';
}

function isMergeKey({ key }: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined;
}

/** As in `a: [b]: c`, which this parser takes for a key without a name. */
function isMissing(key: ParsedNode): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '' && key.tag === undefined;
}

function repair({ origin }: Entry): string {
  return `Remove one of them; the first is on line ${origin.line}.`;
}

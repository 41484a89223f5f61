import { type Document, isMap, isScalar, type Pair, type ParsedNode, type YAMLMap } from 'yaml';

/** The `sops` block of a document, and what it is in. */
export interface SopsBlock {
  readonly contents: YAMLMap.Parsed;
  readonly pair: Pair<ParsedNode, ParsedNode | null>;
  readonly block: YAMLMap.Parsed;
}

/** Undefined for a document that SOPS has not written. By itself: what opens one brings zod. */
export function sopsBlockIn({ contents }: Document.Parsed): SopsBlock | undefined {
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find(({ key }) => isScalar(key) && key.source === 'sops');
  const block = pair?.value;
  return pair !== undefined && isMap(block) && block.has('mac')
    ? { contents, pair, block }
    : undefined;
}

import { readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';

/** A node of ESTree, as far as this looks at it. */
export interface Syntax {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  // biome-ignore lint/suspicious/noExplicitAny: ESTree has seventy kinds of node; what is looked at is told by `type`
  readonly [part: string]: any;
}

/** The statements of a module. */
export function bodyOf(file: string): readonly Syntax[] {
  return parseAst(readFileSync(file, 'utf8'), { lang: 'ts' }).body as unknown as Syntax[];
}

/** What a declaration declares. */
export function declaredName(declaration: Syntax): string {
  return declaration['id']?.name ?? declaration['declarations']?.[0].id.name;
}

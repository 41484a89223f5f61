import { readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import { marked, type Token, type Tokens } from 'marked';
import { sourceFiles } from './sources.ts';

/** A page of the project, as far as tests look at it. */
export interface Page {
  readonly path: string;
  readonly text: string;
  /** What the headings are called in links. */
  readonly anchors: ReadonlySet<string>;
  /** Where links and images lead. */
  readonly links: readonly string[];
  /** The lines of its blocks of code. */
  readonly lines: readonly string[];
  /** What is code in a sentence. */
  readonly mentions: readonly string[];
}

/** All pages of the project, those of its templates aside. */
export function allPages(): readonly Page[] {
  return sourceFiles('*.md').map(pageAt);
}

/** One of them. */
export function pageAt(path: string): Page {
  const text = readFileSync(path, 'utf8');
  const slugger = new GithubSlugger();
  const page = {
    anchors: new Set<string>(),
    links: [] as string[],
    lines: [] as string[],
    mentions: [] as string[],
  };
  void marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === 'heading') page.anchors.add(slugger.slug(plainOf(token as Tokens.Heading)));
    if (token.type === 'link' || token.type === 'image') page.links.push(token['href']);
    if (token.type === 'code')
      page.lines.push(...token['text'].replaceAll(/\\\n\s*/g, ' ').split('\n'));
    if (token.type === 'codespan') page.mentions.push(token['text']);
  });
  return { path, text, ...page };
}

/** A heading without the marks of code and of links. */
function plainOf({ tokens }: { readonly tokens?: readonly Token[] | undefined }): string {
  return (tokens ?? [])
    .map((token) =>
      'tokens' in token && token.tokens ? plainOf(token) : token.raw.replaceAll('`', ''),
    )
    .join('');
}

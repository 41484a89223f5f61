import { globSync, readFileSync } from 'node:fs';
import { type PublicName, publicNames } from './public-names.ts';

const HEAD = `# Reference

Every name that playbooks can import, as the sources have it. This page is made of them: \`npm run docs\`. How it all
goes together is in [playbooks](playbooks.md), each task has [a page](tasks.md).
`;

/** The page of every public name. Read in the root of the project. */
export function referencePage(): string {
  const examples = new Map(examplePages().map((page) => [linkTo(page), examplesIn(page)]));
  const sections = [...publicNames()].map(([entry, names]) => section(entry, names, examples));
  return [HEAD, ...sections].join('\n');
}

/** By the link to where it is, a text of TypeScript. */
type Examples = ReadonlyMap<string, string>;

function examplePages(): readonly string[] {
  return globSync(['docs/{playbooks,library,tasks/*}.md', 'examples/**/*.ts']).toSorted();
}

/** A page's blocks; an example of examples/ as it is. */
function examplesIn(page: string): string {
  const text = readFileSync(page, 'utf8');
  const blocks = text.matchAll(/^```ts\n(.*?)^```$/gms);
  return page.endsWith('.ts') ? text : [...blocks].map(([, block]) => block).join('\n');
}

function section(entry: string, names: readonly PublicName[], examples: Examples): string {
  const sorted = names.toSorted((one, other) => one.name.localeCompare(other.name, 'en'));
  return [`## \`${entry}\`\n`, ...sorted.map((name) => told(entry, name, examples))].join('\n');
}

function told(entry: string, { name, says, code }: PublicName, examples: Examples): string {
  const parts = [
    `### \`${name}\``,
    says,
    code && `\`\`\`typescript\n${code}\n\`\`\``,
    shownIn(entry, name, examples),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function shownIn(entry: string, name: string, examples: Examples): string {
  const imported = new RegExp(`import [^}]*\\b${name}\\b[^}]*\\} from .${entry}';`);
  const links = [...examples].filter(([, code]) => imported.test(code)).map(([link]) => link);
  const own = links.filter((link) => link === `[${name}](tasks/${name}.md)`);
  const shown = own.length > 0 ? own : links.slice(0, 3);
  return shown.length > 0 ? `Shown in ${shown.join(', ')}.` : '';
}

function linkTo(page: string): string {
  const path = page.startsWith('docs/') ? page.replace('docs/', '') : `../${page}`;
  return `[${path.replace(/^(\.\.|tasks)\/|\.md$/g, '')}](${path})`;
}

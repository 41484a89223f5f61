import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = 'docs/tasks';

/** A page of docs/tasks. */
export interface TaskPage {
  /** The task's. */
  readonly name: string;
  /** Its example: a whole playbook. */
  readonly example: string;
  /** What it shows to be mended, as sh. */
  readonly drift: string | undefined;
}

/** All pages, by the names of their tasks. */
export function taskPages(): readonly TaskPage[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.md'));
  return files.toSorted().map((file) => {
    const text = readFileSync(`${FOLDER}/${file}`, 'utf8');
    const [example, ...more] = blocks(text, 'ts');
    if (example === undefined || more.length > 0) throw new Error(`${file} has no example, or two`);
    const [, mended = ''] = text.split('\n## What it mends\n');
    return { name: file.replace('.md', ''), example, drift: blocks(mended, 'sh')[0] };
  });
}

function blocks(text: string, language: string): readonly string[] {
  const fences = text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'));
  return [...fences].map(([, block = '']) => block);
}

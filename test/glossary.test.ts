import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sourceFiles } from './sources.ts';

const MOST_WORDS = 40;

/** The first column of the table in AGENTS.md, and what is bold in the second. */
const words = readFileSync('AGENTS.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!word |-)/.test(line))
  .flatMap((line) => {
    const [, word = '', meaning = ''] = line.split('|').map((cell) => cell.trim());
    return [word, ...[...meaning.matchAll(/\*\*(.+?)\*\*/g)].map(([, other = '']) => other)];
  });

test('the glossary is short enough to be learnt, and has no word twice', () => {
  expect(words.length).toBeLessThanOrEqual(MOST_WORDS);
  expect(words).toEqual([...new Set(words)]);
});

test('each word of the glossary is a word of the sources', () => {
  const sources = sourceFiles('*.ts', '*.sh')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const unused = words.filter((word) => !namesLike(word).test(sources));
  expect(unused).toEqual([]);
});

/** `in force` as a comment, a name in camel case or a constant has it. */
function namesLike(word: string): RegExp {
  return new RegExp(word.replace(/s$/, '').replace(/[ -]/, '[ _-]?'), 'i');
}

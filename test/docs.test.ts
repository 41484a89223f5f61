import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { generatedPages } from '../bin/generated-pages.ts';
import { wholeProgram } from '../cli/program.ts';
import { commandsIn, type Line, refusalOf } from './docs-commands.ts';
import { allPages, pageAt } from './docs-pages.ts';
import { sourceFiles } from './sources.ts';

const pages = allPages();
const WHAT_TO_DO = pageAt('docs/what-to-do.md');

test('the pages that are made from the sources are those of these sources: npm run docs', async () => {
  const made = await generatedPages();
  const old = [...made].filter(
    ([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text,
  );
  expect(old.map(([path]) => path)).toEqual([]);
  const commands = pages.filter(({ path }) => path.startsWith('docs/commands/'));
  expect(commands.filter(({ path }) => !made.has(path))).toEqual([]);
});

test('each link leads to a file that is there, and to a heading of it', () => {
  const broken = pages.flatMap(({ path, links }) =>
    links.filter((link) => !isThere(path, link)).map((link) => `${path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('each test and each file of the sources that a page names is there', () => {
  const gone = pages.flatMap(({ path, mentions }) =>
    mentions
      .filter((name) =>
        /^(?:test|engine|cli|keepalived|tasks|playbooks|lib)\/[\w./-]+\.\w+$/.test(name),
      )
      .filter((name) => !existsSync(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(gone).toEqual([]);
});

function isThere(from: string, link: string): boolean {
  if (/^(https?|mailto):/.test(link)) return true;
  const [file = '', anchor] = decodeURI(link).split('#');
  const path = file === '' ? from : normalize(join(dirname(from), file));
  if (!existsSync(path)) return false;
  return anchor === undefined || !path.endsWith('.md') || pageAt(path).anchors.has(anchor);
}

test('the index leads to each page of docs/, the pages of commands and tasks by their own', () => {
  const index = pageAt('docs/README.md');
  const linked = index.links.map((link) => normalize(join('docs', link.replace(/#.*/, ''))));
  const own = pages.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
  expect(own.filter((path) => path !== index.path && !linked.includes(path))).toEqual([]);
});

test('each command in a page is one that rota has, with flags that it has', async () => {
  const rota = await wholeProgram();
  const lines = pages.flatMap(commandsIn);
  expect(lines.length).toBeGreaterThan(100);
  expect(refusalsOf(rota, lines)).toEqual([]);
});

function refusalsOf(rota: Command, lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line) => {
    const why = refusalOf(rota, line);
    return why === undefined ? [] : [`${line.page}: ${line.text}: ${why}`];
  });
}

test('a command that rota does not have, and a flag that it does not have, would be found', async () => {
  const page = {
    ...pageAt('README.md'),
    mentions: [],
    lines: ['npm run depoly -- a', 'rota deploy a --dry-rnu', 'npx rota rnu'],
  };
  expect(refusalsOf(await wholeProgram(), commandsIn(page))).toMatchInlineSnapshot(`
    [
      "README.md: npm run depoly -- a: no script of package.json",
      "README.md: rota deploy a --dry-rnu: unknown --dry-rnu",
      "README.md: rota rnu: no such command",
    ]
  `);
});

test('the page of what to do has each exit code, with what it means', () => {
  const text = readFileSync('engine/report/exit-code.ts', 'utf8');
  const codes = [...text.matchAll(/(?:: |= |\[|, )(\d+)\b/g)].map(([, code]) => Number(code));
  const rows = [...WHAT_TO_DO.text.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
  expect(rows).toEqual([...new Set([...codes, 0])].toSorted((a, b) => a - b));
});

test('the page of what to do has each finding of a ring, and each error and warning about its inventory', () => {
  const findings = sourceFiles('keepalived/judge-*.ts').flatMap((file) => textsIn(file));
  const problems = sourceFiles('keepalived/lint*.ts', 'keepalived/advise*.ts').flatMap((file) =>
    textsIn(file).filter((text) => !text.endsWith('.')),
  );
  expect([findings.length > 50, problems.length > 30]).toEqual([true, true]);
  expect([...findings, ...problems].filter((text) => !isTold(text))).toEqual([]);
});

/** The texts of more than a word in a file, with … for what is put into them. */
function textsIn(file: string): readonly string[] {
  const code = readFileSync(file, 'utf8')
    .replace(/\/\*\*.*?\*\//gs, '')
    .replace(/^ *\/\/.*$/gm, '');
  return [...code.matchAll(/'([^'\n]*)'|`([^`]*)`/g)]
    .map(
      ([, plain, template]) =>
        plain ?? template?.replace(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, '…') ?? '',
    )
    .filter((text) => / /.test(text));
}

/** All parts of a text that are always the same are on the page. */
function isTold(text: string): boolean {
  return text.split('…').every((part) => WHAT_TO_DO.text.includes(part.trim()));
}

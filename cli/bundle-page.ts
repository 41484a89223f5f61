import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageParts } from '#engine/report/page/html-report.ts';
import { readText, replaceText } from './text-files.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/**
 * The programs of page/ and what they need as one, with its licenses, and the styles. The package has them
 * made; a clone keeps them beside Node's compiled code, since to make them takes as long as a short run.
 */
export async function bundlePage(): Promise<PageParts> {
  const folder = getCompileCacheDir();
  if (folder === undefined) return await bundled();
  const path = join(folder, `page-${hashOfSources()}.json`);
  const kept = await readText(path).catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept);
  const parts = await bundled();
  // Without it, the next one takes as long.
  await replaceText(path, JSON.stringify(parts)).catch(() => undefined);
  return parts;
}

function hashOfSources(): string {
  const sources = readdirSync(join(ROOT, 'page')).map((name) => `page/${name}`);
  const hash = createHash('sha256');
  for (const path of ['package.json', ...sources]) hash.update(readFileSync(join(ROOT, path)));
  return hash.digest('hex').slice(0, 16);
}

async function bundled(): Promise<PageParts> {
  const { rolldown } = await import('rolldown');
  const build = await rolldown({ cwd: ROOT, input: 'page/main.ts', platform: 'browser' });
  const { output } = await build.generate({ format: 'iife', minify: true });
  const [{ code, moduleIds }] = output;
  await build.close();
  return {
    script: `${licensesOf(moduleIds)}${code}`,
    style: readFileSync(join(ROOT, 'page/page.css'), 'utf8'),
  };
}

/** The same text once for all packages that have it. */
function licensesOf(modules: readonly string[]): string {
  const folders = new Set(
    modules.flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
  );
  const texts = [...folders].map((folder) => {
    const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) ?? '';
    return readFileSync(join(folder, file), 'utf8').trim();
  });
  return `/*! With d3\n\n${[...new Set(texts)].join('\n\n')}\n*/\n`;
}

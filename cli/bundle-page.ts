import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageParts } from '#engine/report/page/html-report.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** The programs of page/ and what they need as one, with its licenses, and the styles beside it. The package has them made. */
export async function bundlePage(): Promise<PageParts> {
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

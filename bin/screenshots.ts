import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { outcomesOf } from '#engine/report/outcome.ts';
import { htmlReport } from '#engine/report/page/html-report.ts';
import { bundlePage } from '../cli/bundle-page.ts';
import { readRun } from '../cli/write-reports.ts';

// Makes the pictures of docs/screenshots from runs that were recorded in the lab: npm run screenshots.

interface Shot {
  readonly name: string;
  /** A folder of test/fixtures/runs. */
  readonly run: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

const SHOTS: readonly Shot[] = [
  { name: 'page', run: 'moved', width: 1120, height: 1080, colorScheme: 'light' },
  { name: 'failed', run: 'failed', width: 980, height: 740, colorScheme: 'dark' },
];

/** What a picture in a repository may have. */
const MOST_BYTES = 150_000;

const folder = mkdtempSync(join(tmpdir(), 'rota-screenshots-'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const parts = await bundlePage();
  for (const shot of SHOTS) {
    const path = join(folder, 'report.html');
    const run = await readRun(join('test/fixtures/runs', shot.run));
    writeFileSync(path, htmlReport(outcomesOf(run), parts));
    await takePicture(shot, path);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

async function takePicture(shot: Shot, path: string): Promise<void> {
  const { name, width, height, colorScheme } = shot;
  const viewport = { width, height };
  const page = await browser.newPage({ viewport, colorScheme, locale: 'en-GB', timezoneId: 'UTC' });
  await page.goto(pathToFileURL(path).href);
  await page.locator('.bar').first().waitFor();
  const file = `docs/screenshots/${name}.png`;
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, of at most ${MOST_BYTES}`);
  console.log(`${file}: ${size} bytes`);
}

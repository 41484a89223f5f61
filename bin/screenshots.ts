import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Locator, type Page } from 'playwright-core';
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

/** Its end, as a terminal of this many columns and rows shows it. */
const TERMINAL = { name: 'terminal', run: 'moved', columns: 118, rows: 30 };

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
  await takeTerminal();
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
  await keepPicture(name, page);
}

async function takeTerminal(): Promise<void> {
  const { name, run, columns: cols, rows } = TERMINAL;
  const command = `stty cols ${cols}; exec ${process.execPath} bin/rota.cjs runs test/fixtures/runs/${run}`;
  const shown = execFileSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  const page = await browser.newPage();
  const xterm = join(import.meta.dirname, '../node_modules/@xterm/xterm');
  await page.addStyleTag({ path: join(xterm, 'css/xterm.css') });
  await page.addScriptTag({ path: join(xterm, 'lib/xterm.js') });
  const options = JSON.stringify({ cols, rows, fontSize: 14, fontFamily: 'DejaVu Sans Mono' });
  await page.evaluate(`new Promise((resolve) => {
    const terminal = new Terminal(${options});
    terminal.open(document.body);
    terminal.write(${JSON.stringify(shown)}, resolve);
  })`);
  await keepPicture(name, page.locator('.xterm-screen'));
}

async function keepPicture(name: string, shown: Page | Locator): Promise<void> {
  const file = `docs/screenshots/${name}.png`;
  await shown.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, of at most ${MOST_BYTES}`);
  console.log(`${file}: ${size} bytes`);
}

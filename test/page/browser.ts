import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { htmlReport, type PageParts } from '#engine/report/page/html-report.ts';
import { bundlePage } from '../../cli/bundle-page.ts';
import { launchBrowser, noBrowser } from '../browser.ts';
import { recordedIn } from '../engine/report/recorded.ts';

/** One browser for a file of tests, and the page in it. */
export class PageBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rota-page-'));
  #browser: Browser | undefined;
  #parts: PageParts | undefined;
  #files = 0;

  async start(): Promise<void> {
    [this.#browser, this.#parts] = await Promise.all([launchBrowser(this.#folder), bundlePage()]);
  }

  async end(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** The text of report.html for lines of events. */
  htmlOf(lines: string): string {
    if (this.#parts === undefined) throw new Error('The browser is not started');
    return htmlReport(recordedIn(lines), this.#parts);
  }

  /** Opens the page of these lines of events from a file. What it complains of, or asks for, is told. */
  async open(
    lines: string,
    options: Parameters<Browser['newPage']>[0] = {},
  ): Promise<{ readonly page: Page; readonly told: readonly string[] }> {
    if (this.#browser === undefined) throw new Error('The browser is not started');
    this.#files += 1;
    const path = join(this.#folder, `report-${this.#files}.html`);
    writeFileSync(path, this.htmlOf(lines));
    const page = await this.#browser.newPage({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      ...options,
    });
    const told: string[] = [];
    const url = pathToFileURL(path).href;
    page.on('console', (message) => told.push(message.text()));
    page.on('pageerror', (error) => told.push(error.message));
    page.on('dialog', (dialog) => told.push(dialog.message()));
    page.on('request', (request) => {
      if (request.url() !== url && request.url() !== 'data:,') told.push(request.url());
    });
    await page.goto(url);
    // The lanes are drawn when they come into sight, all at once here.
    if (options.javaScriptEnabled !== false)
      await page.locator('.row .bar').last().waitFor({ state: 'attached' });
    return { page, told };
  }
}

/** `describe` for tests that need a browser: skipped by name, with the reason, where there is none. */
export function describeInBrowser(title: string, tests: (browser: PageBrowser) => void): void {
  const name = noBrowser === undefined ? title : `${title} (skipped: ${noBrowser})`;
  describe.skipIf(noBrowser !== undefined)(name, () => {
    const browser = new PageBrowser();
    beforeAll(() => browser.start());
    afterAll(() => browser.end());
    tests(browser);
  });
}

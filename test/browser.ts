import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { quote } from '#engine/shell/quote.ts';

const CHROMIUM = '/usr/bin/chromium';

/** Why no page can be looked at here. */
export const noBrowser = existsSync(CHROMIUM) ? undefined : `there is no ${CHROMIUM}`;
if (noBrowser !== undefined && process.env['CI'] === 'true') throw new Error(noBrowser);

/** A browser of its own asks the network for nothing. */
const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Debian's Chromium, without a window; behind `prefix`, the words that put a command in its place. */
export async function launchBrowser(
  folder: string,
  prefix: readonly string[] = [],
): Promise<Browser> {
  const executablePath = join(folder, 'chromium');
  const command = [...prefix, CHROMIUM].map(quote).join(' ');
  writeFileSync(executablePath, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o700 });
  return await chromium.launch({ executablePath, args: ARGUMENTS });
}

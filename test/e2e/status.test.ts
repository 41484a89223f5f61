import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import parsePrometheus from 'parse-prometheus-text-format';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, noBrowser } from '../browser.ts';
import { describeInLab } from './support/lab.ts';
import { NODES } from './support/ring.ts';
import { ended, type RotaOutput } from './support/test-lab.ts';
import { until } from './support/until.ts';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const HOSTILE = '<img src=x onerror="document.title=1"></script>\u001b[2J eve';
const VIP = 'VIP fd02:9a01::1';

test('nothing of this is skipped in CI', () => {
  expect(process.env['CI'] === 'true' ? noBrowser : undefined).toBeUndefined();
});

/** A line of --watch --json. */
interface Line {
  readonly rings: readonly [
    { readonly nodes: readonly object[]; readonly findings: readonly object[] },
  ];
  readonly changes: readonly { readonly what: string; readonly is: string }[];
}

describeInLab('status, while a VIP moves', { beginsWith: 'ring' }, (testLab) => {
  let serving: ChildProcess;
  let watching: ChildProcess;
  let shown: Promise<RotaOutput>;
  let terminal: ChildProcess;
  let drawn = '';
  let browser: Browser;
  let page: Page;
  const lines: Line[] = [];
  const complaints: string[] = [];
  const on = (node: string, script: string) => testLab.lab.run(node, script);

  beforeAll(async () => {
    const inventory = testLab.inventory();
    await on('node2', `printf '%s\\n' '${HOSTILE}' >/var/lib/rota/drained`);
    watching = testLab.start('status', inventory, '--watch', '--json');
    createInterface({ input: watching.stdout ?? process.stdin }).on('line', (line) =>
      lines.push(JSON.parse(line)),
    );
    terminal = testLab.startOnTerminal('status', inventory, '--watch');
    shown = ended(terminal);
    terminal.stdout?.on('data', (chunk) => {
      drawn += chunk;
    });
    serving = testLab.start('status', inventory, '--serve', '0');
    const [said] = await once(serving.stdout ?? serving, 'data');
    if (noBrowser !== undefined) return;
    browser = await launchBrowser(testLab.folder, testLab.lab.prefix('control'));
    page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(/http:\S+\//.exec(String(said))?.[0] ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    for (const child of [serving, watching, terminal]) child?.kill('SIGKILL');
  });

  /** The texts of all elements of a kind, as the page has them now. */
  const texts = (selector: string) => page.locator(selector).allTextContents();
  const serious = () =>
    page.evaluate<readonly string[]>(`axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes[0].html))`);

  test.skipIf(noBrowser)(
    'is a page on which what a host says is text, on a phone, light and dark',
    async () => {
      await until(async () => (await texts('dd')).includes(HOSTILE));
      await until(async () => (await texts('#state'))[0] === '✖ 2 findings');
      expect(await page.evaluate('[document.title, document.images.length]')).toEqual([
        ...['✖ rota status', 0],
      ]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await page.evaluate(readFileSync(AXE, 'utf8'));
      expect(await serious()).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await serious()).toEqual([]);
    },
  );

  test('tells moves as they happen, to all who look, and what they have come from', async () => {
    await until(() => drawn.includes('drained by'));
    await on('node2', 'rm /var/lib/rota/drained');
    await until(() => changesOf('duty of node2').includes('on duty'));
    await on('node1', 'kill -TERM $(pgrep -o keepalived)');
    await until(() => changesOf(VIP).at(-1) === 'node1');
    expect(changesOf(VIP)).toContain('node3');
    await until(() => changesOf('ring of node1, node2 and node3').at(-1) === 'whole');
    await until(() => /✔ ring of (?!.*✖ ring of)/s.test(drawn) && /::1: .+ → node3/.test(drawn));
    if (noBrowser !== undefined) return;
    await until(async () => (await texts('#state'))[0] === '✔ Every VIP is where it belongs');
    await until(async () =>
      (await texts('#changes li')).some((text) => /::1: .+ → node3/.test(text)),
    );
    expect(complaints).toEqual([]);
    const text = await page.evaluate<string>(
      "fetch('metrics').then((response) => response.text())",
    );
    const held = parsePrometheus(text).find(({ name }) => name === 'rota_vip_held');
    expect(
      held?.metrics.filter(({ value }) => value === '1').map(({ labels }) => labels?.['node']),
    ).toEqual(NODES);
  });

  function changesOf(what: string): readonly string[] {
    return lines.flatMap(({ changes }) =>
      changes.filter((one) => one.what === what).map(({ is }) => is),
    );
  }

  test('leaves nothing on hosts, neither at Ctrl-C nor when it is killed', async () => {
    const followers = async () =>
      (
        await Promise.all(
          NODES.map((node) => on(node, 'pgrep -fc "[i]p -o monitor"; ls /run/rota')),
        )
      )
        .map(({ stdout }) => stdout.trim())
        .join(' ');
    await until(() => /✔ ring of (?!.*✖ ring of)/s.test(drawn));
    watching.kill('SIGINT');
    // On a busy machine the health check of a node may fail for a moment, also now.
    const exit = await once(watching, 'exit');
    expect(exit).toEqual([lines.at(-1)?.rings[0].findings.length === 0 ? 0 : 6, null]);
    terminal.stdin?.write('\u0003');
    const { status, stdout } = await shown;
    const [, during = '', left = ''] = stdout.split(/\u001b\[\?1049[hl]/);
    const isWhole = /✔ ring of node1, node2 and node3: every VIP is where it belongs/.test(left);
    expect([status, left]).toEqual([isWhole ? 0 : 6, expect.stringContaining('ring of node1')]);
    expect(during).not.toContain('\u001b[2J');
    expect(during).toContain(
      'drained by <img src=x onerror="document.title=1"></script>\\x1b[2J eve',
    );
    expect(left).toMatch(/^\d\d:\d\d:\d\d {2}VIP fd02:9a01::1: .+ → node3\r$/m);
    serving.kill('SIGKILL');
    await until(async () => (await followers()) === '0 0 0');
  });
});

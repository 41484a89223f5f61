import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import {
  changed,
  field,
  plannedTask,
  result,
  runStarted,
  summary,
} from '../engine/report/events.ts';
import { linesOf } from '../engine/report/recorded.ts';
import { describeInBrowser } from './browser.ts';
import { FAILED_STEP, KILLED } from './story.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describeInBrowser('the page of a run', (browser) => {
  test('has all to read, what failed first, and asks nobody for anything', async () => {
    const { page, told } = await browser.open(FAILED_STEP);
    expect(await page.title()).toBe('✖ keepalived on inventory/prod.yaml');
    expect(await page.locator('body').ariaSnapshot()).toMatchInlineSnapshot(`
      "- banner:
        - paragraph: keepalived on inventory/prod.yaml
        - 'heading "Failed after 8.2 s: node1 failed; node1 was undone; nothing was changed; node2 was not done" [level=1]'
        - text: What to do next
        - paragraph: A check does not hold. Mend what the failure below names, then give the same command again; what was undone is as it was before.
        - term: when
        - definition:
          - time: 24 Nov 2026, 11:00:00
          - text: 2026-11-24 10:00:00 UTC
        - term: by
        - definition: ada@desk
        - term: inventory
        - definition: inventory/prod.yaml
        - term: hosts
        - definition: "2"
        - term: took
        - definition: 8.2 s
        - term: exit code
        - definition: "6"
        - term: run
        - definition: 20261124-1
      - main:
        - region "What failed":
          - heading "What failed" [level=2]
          - article:
            - 'heading "Not so: every VIP is held once. VIP fd02::1: expected on node1, seen on node2" [level=3]'
            - paragraph: after the change of node1
            - paragraph: "To mend it: Look at the check of node1."
            - region "Output": "node1 log: entering FAULT state"
        - search:
          - searchbox "Search hosts and tasks"
          - button "✖ 1 failed"
          - button "○ 1 not done"
          - status: 2 of 2 shown
        - region "On duty":
          - heading "On duty" [level=2]
          - region "Gaps":
            - table:
              - rowgroup:
                - row "longest gap predicted bound of its protocol probes lost held by":
                  - columnheader
                  - columnheader "longest gap"
                  - columnheader "predicted"
                  - columnheader "bound of its protocol"
                  - columnheader "probes lost"
                  - columnheader "held by"
                  - columnheader
              - rowgroup:
                - row "fd02::1 4.5 s 0.50 s 3.4 s 90 of 400 node1 → nobody (4.5 s) → node2 ✖ longer than its protocol allows":
                  - rowheader "fd02::1"
                  - cell "4.5 s"
                  - cell "0.50 s"
                  - cell "3.4 s"
                  - cell "90 of 400"
                  - cell "node1 → nobody (4.5 s) → node2"
                  - cell "✖ longer than its protocol allows"
        - region "Timeline":
          - heading "Timeline" [level=2]
          - paragraph: "Of 8.2 s, the critical path took the most for:"
          - list:
            - listitem: "4.8 s check: every VIP is held once"
            - listitem: "1.0 s node1: is undone"
            - listitem: "1.0 s node1: /etc/keepalived/keepalived.conf"
            - listitem: "0.30 s node2: is asked"
            - listitem: "0.10 s node2: connects"
          - button "Zoom in": +
          - button "Zoom out": −
          - button "Show all of the time": All
          - text: Ctrl and wheel, or + − 0 and ← →; drag to move
          - list "Legend":
            - listitem: connects
            - listitem: is asked
            - listitem: waits for its turn
            - listitem: task
            - listitem: check
            - listitem: undo
            - listitem: failed
            - listitem: critical path
            - listitem: probes lost
          - region "Lanes":
            - heading "On duty" [level=3]
            - text: fd02::1
            - 'img "fd02::1: node1 for 1.0 s; nobody for 4.5 s; node2 for 1.6 s; 90 probes of node2 lost in 4.5 s"': node1 nobody node2
            - heading "Hosts" [level=3]
            - button "failed node1 2 not done, 1 ok, 2.1 s":
              - img "failed": ✖
              - text: node1 2 not done, 1 ok, 2.1 s
            - 'img "node1: connects: 0.10 s; is asked: 0.30 s; waits for its turn: 0.40 s; task /etc/keepalived/keepalived.conf: 1.0 s; check every VIP is held once: 4.8 s, failed; is undone: 1.0 s"': connects is asked waits for its turn /etc/keepalived/keepalived.conf every VIP is held once is undone
            - button "not done node2 2 not done, 1 ok, 2.1 s":
              - img "not done": ○
              - text: node2 2 not done, 1 ok, 2.1 s
            - 'img "node2: connects: 0.10 s; is asked: 0.30 s; waits for its turn: 7.6 s"': connects is asked waits for its turn
        - region "The ring":
          - heading "The ring" [level=2]
          - group:
            - text: node1, node2 as it was, and is to be
            - figure "before":
              - text: before
              - 'img "before: node1 has fd02::1"': node1 fd02::1 node2
            - figure "after":
              - text: after
              - 'img "after: node2 has fd02::1"': node1 node2 fd02::1
            - region "Priorities":
              - table "Priorities; ● is on duty":
                - caption: Priorities; ● is on duty
                - rowgroup:
                  - row "fd02::1":
                    - columnheader
                    - columnheader "fd02::1"
                - rowgroup:
                  - row "node1 200 ● → 100":
                    - rowheader "node1"
                    - cell "200 ● → 100"
                  - row "node2 150 → 150 ●":
                    - rowheader "node2"
                    - cell "150 → 150 ●"
        - region "Changes":
          - heading "Changes" [level=2]
          - group:
            - text: What this does to what runs on 1 host
            - list:
              - listitem: node1 reload, fd02::1 moves
          - button "Open all"
          - group:
            - img "not done": ○
            - text: "/etc/keepalived/keepalived.conf node[1-2]: 2 hosts alike"
          - group:
            - img "not done": ○
            - text: "password node[1-2]: 2 hosts alike""
    `);
    expect(told).toEqual([]);
    await page.close();
  });

  test('draws who was on duty, what was lost, and what was done meanwhile to one scale of time', async () => {
    const { page } = await browser.open(FAILED_STEP);
    const holder = await box(page.locator('.held').first());
    const nobody = await box(page.locator('.nobody'));
    const task = await box(page.locator('.row .task'));
    expect(holder.left).toBe(task.left);
    expect(nobody.left).toBe(task.right);
    expect(await box(page.locator('.row .lost'))).toMatchObject(nobody);
    const gate = await box(page.locator('.row .gate'));
    const undo = await box(page.locator('.row .undo'));
    expect([task.right <= gate.left, gate.right <= undo.left]).toEqual([true, true]);
    await page.close();
  });

  test('is moved, searched and unfolded by keys, and by a mouse', async () => {
    const { page, told } = await browser.open(FAILED_STEP);
    const ticks = () => page.locator('.axis b').allTextContents();
    const all = ['0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s', '8 s'];
    await expect.poll(ticks).toEqual(all);
    await page.getByRole('region', { name: 'Lanes' }).focus();
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    const closer = ['3 s', '3.5 s', '4 s', '4.5 s', '5 s', '5.5 s', '6 s', '6.5 s'];
    await expect.poll(ticks).toEqual(closer);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await expect.poll(ticks).toEqual(all);
    await page.locator('.lanes').hover();
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    await expect.poll(ticks).not.toEqual(all);

    const host = page.getByRole('button', { name: /node2/ });
    await host.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('.details tr').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "○ not done	/etc/keepalived/keepalived.conf	",
        "○ not done	password	",
        "✓ ok	sysctl	",
      ]
    `);
    const rows = () => page.locator('button.name:visible').allInnerTexts();
    await page.getByRole('button', { name: '✖ 1 failed' }).click();
    expect(await rows()).toEqual([expect.stringContaining('node1')]);
    await page.getByRole('button', { name: '✖ 1 failed' }).click();
    await page.getByRole('searchbox').focus();
    await page.keyboard.type('NODE2');
    expect(await rows()).toEqual([expect.stringContaining('node2')]);
    expect(await page.locator('output').textContent()).toBe('1 of 2 shown');

    await page.locator('#changes summary', { hasText: '/etc/keepalived' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#changes pre:visible').waitFor();
    expect(await page.locator('#changes pre:visible').allInnerTexts()).toMatchInlineSnapshot(`
      [
        "--- /etc/keepalived/keepalived.conf
      +++ /etc/keepalived/keepalived.conf
      @@ -1,3 +1,3 @@
       a
      -b
      +x
       c",
      ]
    `);
    expect(told).toEqual([]);
    await page.close();
  });

  test('is right for eyes and ears in light and dark, on a phone, and on paper', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, told } = await browser.open(FAILED_STEP, { colorScheme });
      await page.getByRole('button', { name: 'Open all' }).click();
      await page.getByRole('button', { name: /node1/ }).click();
      expect(told).toEqual([]);
      expect(await seriousIn(page)).toEqual([]);
      if (colorScheme === 'dark') {
        await page.setViewportSize({ width: 360, height: 700 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
        expect(await seriousIn(page)).toEqual([]);
        await page.emulateMedia({ media: 'print' });
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        const isPaper = "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'";
        expect(await page.evaluate(isPaper)).toBe(true);
        expect(await page.locator('#changes details:not([open])').count()).toBe(0);
        expect(await page.locator('.filter').isVisible()).toBe(false);
      }
      await page.close();
    }
  });

  test('of a run that was killed tells all until then, and where it ends', async () => {
    const { page, told } = await browser.open(KILLED);
    expect(await page.locator('header').ariaSnapshot()).toMatchInlineSnapshot(`
      "- banner:
        - paragraph: keepalived on inventory/prod.yaml
        - 'heading "No end yet: it still runs, or died after 2.2 s" [level=1]'
        - text: What to do next
        - paragraph: "See whether it still runs. If it died, give the same command again: what it left half done is undone or finished first."
        - paragraph: "Under way when the events end: node1: every VIP is held once."
        - term: when
        - definition:
          - time: 24 Nov 2026, 11:00:00
          - text: 2026-11-24 10:00:00 UTC
        - term: by
        - definition: ada@desk
        - term: inventory
        - definition: inventory/prod.yaml
        - term: hosts
        - definition: "2"
        - term: took
        - definition: 2.2 s
        - term: exit code
        - definition: none yet
        - term: run
        - definition: 20261124-1"
    `);
    const open = await page
      .locator('.row .bar.open')
      .evaluateAll((bars) => bars.map(({ title }) => title));
    expect(open).toMatchInlineSnapshot(`
      [
        "check every VIP is held once: 0.10 s, no end yet",
        "waits for its turn: 1.6 s, no end yet",
      ]
    `);
    expect(await page.locator('#duties').count()).toBe(0);
    expect(told).toEqual([]);
    await page.close();
  });

  test('shows hostile names, markup, escapes and megabytes as text', async () => {
    const evil = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u001b[2J\u202e';
    const failure = new Failure(evil, { where: evil, output: `${evil}\n${'x'.repeat(3_000_000)}` });
    const ofHost = summary(evil, { failed: 1 });
    const lines = linesOf([
      { ...runStarted([evil]), playbook: evil, runId: evil } as ReturnType<typeof runStarted>,
      { type: 'hostStarted', host: evil },
      { type: 'hostPlanned', host: evil, stages: [[plannedTask(evil, [field('a', 'x\n', evil)])]] },
      ...changed(evil, evil),
      { type: 'taskFailed', host: evil, task: evil, failure },
      { type: 'runFinished', result: result([ofHost], { failures: [failure] }) },
    ]);
    const { page, told } = await browser.open(lines);
    await page.getByRole('button', { name: 'Open all' }).click();
    await page.locator('button.name').click();
    const plain = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\\x1b[2J\\u202e';
    expect(await page.locator('#failures h3').textContent()).toBe(plain);
    expect(await page.locator('button.name span').textContent()).toBe(plain);
    expect(await page.locator('#changes pre').textContent()).toContain(`+${plain}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(told).toEqual([]);
    expect(browser.htmlOf(lines).length).toBeLessThan(300_000);
    await page.close();
  });

  test('says how the run ended where no script may run, and holds no secret', async () => {
    const { page } = await browser.open(FAILED_STEP, { javaScriptEnabled: false });
    expect(await page.locator('pre').textContent()).toContain('fix    Look at the check of node1.');
    expect(browser.htmlOf(FAILED_STEP)).not.toMatch(/hunter/);
    await page.close();
  });
});

/** Where it begins and ends, in whole pixels. */
async function box(locator: Locator) {
  const { x = 0, width = 0 } = (await locator.boundingBox()) ?? {};
  return { left: Math.round(x), right: Math.round(x + width) };
}

/** What axe finds that keeps somebody from reading the page. */
async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => [id, html, failureSummary].join(' '))))`);
}

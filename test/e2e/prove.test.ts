import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { findPlaybook } from '../../cli/find-playbook.ts';
import { load } from '../../cli/load.ts';
import { proveIn } from '../../cli/prove-in.ts';
import { describeInLab } from './support/lab.ts';

const PLAYBOOK = 'test/e2e/playbooks/prove-faults.ts';

describeInLab('prove', { light: true, nodes: 1 }, (testLab) => {
  beforeEach(async () => await testLab.lab.renew(['node1']));

  /** What is broken, and with which tasks; or why it was not tried. */
  async function faultsFound(kinds: readonly string[]) {
    process.env['PROVE_TOKEN'] = 'cAnArY-of-prove';
    const inventory = join(testLab.folder, 'web.yaml');
    writeFileSync(inventory, 'web: { hosts: { host1: { token: !env PROVE_TOKEN } } }\n');
    const extra = JSON.stringify({ faults: kinds });
    const playbook = await findPlaybook({ command: 'run', path: PLAYBOOK });
    const loaded = await load(playbook, { sources: [inventory], extra: [extra] });
    const words = ['prove', PLAYBOOK, inventory, '-e', extra];
    const about = { lab: testLab.lab, loaded, words, kills: 2, seed: 7 };
    const { judgements } = await proveIn({ ...about, onJudged: () => {} });
    return judgements.map(({ promise, breaches, smallest, untried }) => [
      promise,
      untried ?? smallest?.tasks.join() ?? 'kept',
      ...breaches.map(({ host, what }) => `${host} ${what.replace(/ \(killed .*/, '')}`),
    ]);
  }

  test('finds the task that writes in a dry run, and the one that never converges', async () => {
    expect(await faultsFound(['dry run', 'unfit'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "asks and writes",
          "host1 /srv: folder that was not there",
          "host1 /srv/asked: file that was not there",
        ],
        [
          "converges",
          "never on",
          "host1 The task still differs after it was applied: state: off, not on",
        ],
        [
          "second-run",
          "the run does not converge",
        ],
        [
          "secrets",
          "the run does not converge",
        ],
        [
          "killed",
          "the run does not converge",
        ],
        [
          "undo",
          "the run does not converge",
        ],
      ]
    `);
  });

  test('finds the task that a second run changes again', async () => {
    expect(await faultsFound(['second run'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "kept",
        ],
        [
          "converges",
          "kept",
        ],
        [
          "second-run",
          "on while leased",
          "host1 on while leased: changed again",
        ],
        [
          "secrets",
          "kept",
        ],
        [
          "killed",
          "a second run changes something",
        ],
        [
          "undo",
          "kept",
        ],
      ]
    `);
  });

  test('finds the task that leaves a secret, the one that a kill leaves half done, and the one without a way back', async () => {
    expect(await faultsFound(['secrets', 'killed', 'undo'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "kept",
        ],
        [
          "converges",
          "kept",
        ],
        [
          "second-run",
          "kept",
        ],
        [
          "secrets",
          "careless",
          "host1 a secret is in /srv/log",
        ],
        [
          "killed",
          "on too early",
          "host1 /srv/other-half: file that is gone",
        ],
        [
          "undo",
          "no way back",
          "host1 /etc/motd: mode 0644 and then 0600",
          "host1 /srv/stays: file that was not there",
        ],
      ]
    `);
  });
});

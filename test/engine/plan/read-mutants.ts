/*
 * Reads saved plans that are broken, or that somebody edited and gave a new hash, until one is neither
 * read nor refused: a process of its own, as for inventories. `read-mutants.ts FOLDER SEED COUNT`
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { failuresOf } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { openHash } from '#engine/plan/hashes.ts';
import { readPlan, writePlan } from '#engine/plan/plan-file.ts';
import { choiceFlags, flagsOf } from '#engine/plan/saved-flags.ts';
import { saveHost, showHost } from '#engine/plan/saved-host.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { formatPlans } from '#engine/report/plan.ts';
import { mutated } from '../../lib/ansible-inventory/mutants.ts';
import { hostPlan, KEY, SEAL, savedPlan } from './plans.ts';

const [, seed, numRuns] = process.argv.slice(2);

const PLAN = savedPlan([
  saveHost(
    hostPlan({
      conf: [
        { name: 'mode', before: '0644', after: '0600' },
        { name: 'body', before: 'a\nb\n', after: 'a\nc\n' },
        { name: 'image', before: 'x@1', after: new Pending('x@DIGEST', 'until it is built') },
        { name: 'key', before: undefined, after: new Secret('secret\nof lines') },
      ],
    }),
    SEAL,
  ),
]);
const TEXT = writePlan(PLAN, KEY);

/** Edited by somebody who can count a hash, but has no key. */
function forged(plan: Buffer): string | undefined {
  try {
    const edited = JSON.parse(plan.toString());
    return JSON.stringify({ ...JSON.parse(TEXT), plan: edited, sha256: openHash(edited) });
  } catch {
    return undefined;
  }
}

/** What reading it, and showing what was read, says. Throws what is no Failure. */
function shownOf(text: string): string {
  try {
    const read = readPlan(text, 'plan.json');
    const { plan } = read;
    assert.equal(read.isSealedWith(KEY), openHash(plan) === openHash(PLAN), 'whose it is');
    const flags = [...flagsOf(plan.rollout), ...(plan.choice ? choiceFlags(plan.choice) : [])];
    return [formatPlans(plan.hosts.map(showHost)), flags].join('\n');
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return formatFailures(failuresOf(error));
  }
}

fc.assert(
  fc.property(
    mutated(fc.constant(Buffer.from(TEXT))),
    mutated(fc.constant(Buffer.from(JSON.stringify(PLAN)))),
    (file, plan) => {
      for (const text of [file.toString(), forged(plan)].filter((one) => one !== undefined))
        assert.doesNotMatch(shownOf(text), /[^\P{Cc}\n\t]/u, `a plan of ${JSON.stringify(text)}`);
    },
  ),
  { seed: Number(seed), numRuns: Number(numRuns) },
);
process.stdout.write(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 }));

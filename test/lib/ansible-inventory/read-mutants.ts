/*
 * Reads inventories that are broken, hostile or both, until one is neither read nor refused with a
 * place. A process of its own, so that what takes too long or too much memory can be ended.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Failure, failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import { monsters } from './monsters.ts';
import { mutants } from './mutants.ts';

/** A thousand times what one takes: what grows with the square of its input, or worse, shows. */
const MOST_CPU_MS = 4000;
const [folder = '', seed, numRuns] = process.argv.slice(2);
const file = join(folder, 'inventory.yaml');
// What looks like an INI file would be read by ansible-inventory, where there is one: none is found.
process.env['PATH'] = folder;
// Stacks take more time than reading; where one is needed, it is a bug to look at by hand.
Error.stackTraceLimit = 3;

/** Reads an inventory, and the values in it. Throws what is no Failure. */
async function failuresIn(bytes: Buffer): Promise<readonly Failure[]> {
  writeFileSync(file, bytes);
  const failures: Failure[] = [];
  const attempt = (use: () => unknown) => {
    try {
      use();
    } catch (error) {
      failures.push(...failuresOf(error));
    }
  };
  try {
    const { hosts, warnings } = await loadInventory([file]);
    failures.push(...warnings);
    for (const { variables } of hosts.slice(0, 20)) {
      for (const variable of variables.values()) attempt(() => variable.value);
    }
    attempt(() => bindVariables(KeepalivedVars, hosts.slice(0, 20), PREFIXES));
  } catch (error) {
    failures.push(...failuresOf(error));
  }
  return failures;
}

/** What is not as it has to be, whatever the inventory. */
async function complaintsOf(bytes: Buffer): Promise<readonly string[]> {
  const before = process.cpuUsage();
  const failures = await failuresIn(bytes);
  const { user, system } = process.cpuUsage(before);
  const text = formatFailures(failures);
  const lines = bytes.toString().split(/\r\n?|[\n\u0085\u2028\u2029]/).length;
  const misplaced = failures.filter(({ where = '' }) => {
    const [, line = 0, column = 0] = /^.*:(\d+):(\d+)$/s.exec(where)?.map(Number) ?? [];
    return !(where.startsWith(file) && line >= 1 && line <= lines && column >= 1);
  });
  return [
    ...misplaced.map(({ where, message }) => `no place in the file: ${where}: ${message}`),
    ...(/[^\P{Cc}\n\t]/u.test(text) ? [`steers the terminal: ${JSON.stringify(text)}`] : []),
    ...((user + system) / 1000 > MOST_CPU_MS ? [`took ${(user + system) / 1000} ms of CPU`] : []),
  ];
}

for (const [name, text] of Object.entries(monsters())) {
  assert.deepEqual(await complaintsOf(Buffer.from(text)), [], name);
}
await fc.assert(
  fc.asyncProperty(mutants, async (bytes) => {
    const complaints = await complaintsOf(bytes);
    assert.deepEqual(complaints, [], `an inventory of base64 ${bytes.toString('base64')}`);
  }),
  { seed: Number(seed), numRuns: Number(numRuns) },
);
process.stdout.write(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024 }));

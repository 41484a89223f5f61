import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failuresOf } from '#engine/model/failure.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { type CompareInput, compareOn } from './compare.ts';
import { contestants } from './contestants.ts';
import { writeDocs } from './docs.ts';
import { closingLines, type Result } from './figures.ts';
import { Fleet } from './fleet.ts';
import { type BenchOptions, parseOptions } from './options.ts';
import { formatFigures } from './table.ts';

process.exitCode = await bench(process.argv.slice(2));

/** Measures what the words say, and gives the exit code. */
async function bench(words: readonly string[]): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  try {
    const options = parseOptions(words, contestants());
    using folder = mkdtempDisposableSync(join(tmpdir(), 'rota-bench-'));
    await measureAll({ options, folder: folder.path, signal: stop.signal });
    return 0;
  } catch (error) {
    console.error(stop.signal.aborted ? 'Interrupted' : formatFailures(failuresOf(error)));
    return stop.signal.aborted ? 130 : 1;
  }
}

async function measureAll(input: CompareInput): Promise<void> {
  const { options, folder, signal } = input;
  const { counts, delayMs, contestants: all } = options;
  for (const { name, missing } of all)
    if (missing !== undefined) console.log(`skipped: ${name}, for want of ${missing}`);
  const dir = join(folder, 'lab');
  await using fleet = await Fleet.up({ dir, count: Math.max(...counts), delayMs, signal });
  const results: Result[] = [];
  for (const count of counts) {
    results.push(await compareOn(fleet, count, input));
    tell(results, options);
  }
}

/** After each number of hosts: what fails later takes none of it away. */
function tell(results: readonly Result[], { json, written }: BenchOptions): void {
  for (const result of results.slice(-1))
    console.log(`\n${formatFigures(result)}\n\n${closingLines(result).join('\n')}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  if (written) writeDocs(results);
}

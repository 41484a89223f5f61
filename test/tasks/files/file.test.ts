import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import { Digest } from '#engine/model/state.ts';
import { file } from '#tasks/files/file.ts';
import { inFile } from '#tasks/files/in-file.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

const LARGE = 'a line of a large file\n'.repeat(20_000);
const OTHER = LARGE.replace('line', 'LINE');

let host: TemporaryHost;
let path: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  path = host.path('large');
});
afterEach(() => host.remove());

const wanting = (body: string | Secret) => book({ tasks: () => [file({ path, body })] });
const read = () => readFileSync(path, 'utf8');

/** What a dry run would change. */
async function planOf(body: string | Secret) {
  const { events } = await runOn([host], wanting(body), { mode: 'dry-run' });
  const [planned] = events.filter((event) => event.type === 'hostPlanned');
  return planned?.stages.flat().flatMap(({ fields }) => fields);
}

describe('a large file', () => {
  test('travels once, to be written, and never back', async () => {
    const first = await runOn([host], wanting(LARGE));
    expect(first.result.hosts).toMatchObject([{ ok: 0, changed: 1 }]);
    const second = await runOn([host], wanting(LARGE));
    expect(second.result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
    const isSent = host.exchanges.map((script) => script.includes(LARGE));
    expect(isSent.filter(Boolean)).toHaveLength(1);
    expect(Math.max(...host.answers)).toBeLessThan(1000);
  });

  test('that differs is planned by sizes and hashes, and replaced in as many exchanges as any', async () => {
    writeFileSync(path, OTHER, { mode: 0o644 });
    expect(await planOf(LARGE)).toEqual([
      { name: 'content', before: Digest.of(OTHER), after: LARGE },
    ]);
    host.exchanges.length = 0;
    await runOn([host], wanting(LARGE));
    expect(read()).toBe(LARGE);
    expect(host.exchanges).toHaveLength(2);
  });

  test('may have grown beyond what an answer may be', async () => {
    writeFileSync(path, LARGE.repeat(20), { mode: 0o644 });
    const { result } = await runOn([host], wanting(LARGE));
    expect(result.hosts).toMatchObject([{ changed: 1, failed: 0 }]);
    expect(read()).toBe(LARGE);
  });

  test('is not written over what somebody else has written since it was planned, as long as it', async () => {
    writeFileSync(path, OTHER);
    const others = LARGE.replace('file', 'FILE');
    host.before = (exchange) => {
      if (exchange === 2) writeFileSync(path, others);
    };
    const { result } = await runOn([host], wanting(LARGE));
    expect(result.failures).toMatchObject([{ kind: 'drift' }]);
    expect(read()).toBe(others);
  });

  test('that is a secret is compared as a whole: no hash of it is made that could be guessed at', async () => {
    writeFileSync(path, OTHER, { mode: 0o644 });
    expect(await planOf(new Secret(LARGE))).toEqual([
      { name: 'content', before: OTHER, after: expect.any(Secret) },
    ]);
  });

  test('comes as a whole to a task that edits it', async () => {
    writeFileSync(path, LARGE);
    const edited = book({ tasks: () => [inFile({ path, what: { line: 'one more' } })] });
    await runOn([host], edited);
    expect(read()).toBe(`${LARGE}one more\n`);
  });
});

test('a file that is no text is planned by its size and hash, whatever text its bytes come near to', async () => {
  for (const bytes of [Buffer.from([0xff]), Buffer.from([0x61, 0])]) {
    writeFileSync(path, bytes, { mode: 0o644 });
    expect(await planOf(bytes.toString().replace('\0', ''))).toEqual([
      { name: 'content', before: Digest.of(bytes), after: bytes.toString().replace('\0', '') },
    ]);
  }
});

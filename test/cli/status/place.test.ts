import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { servePlaceOf } from '../../../cli/status/serve/place.ts';

const TOKEN = 'canary-token-91c2';
const folder = mkdtempSync(join(tmpdir(), 'rota-token-'));
const file = join(folder, 'token');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

async function failureOf(address: string, tokenFile?: string): Promise<string> {
  const error: unknown = await servePlaceOf(address, tokenFile).catch((thrown: unknown) => thrown);
  return error instanceof Failure ? `${error.message} (${error.where})` : 'none';
}

test('a port alone is one of this machine, and needs no token', async () => {
  const loopback = { isLoopback: true, token: undefined };
  expect(await servePlaceOf('9717', undefined)).toEqual({
    host: '127.0.0.1',
    port: 9717,
    ...loopback,
  });
  expect(await servePlaceOf('localhost:0', undefined)).toMatchObject({
    host: '127.0.0.1',
    port: 0,
  });
  expect(await servePlaceOf('[::1]:9717', undefined)).toEqual({
    host: '::1',
    port: 9717,
    ...loopback,
  });
});

test('an address that others reach needs a token, of a file or the environment, which is shown nowhere', async () => {
  const place = { host: '0.0.0.0', port: 9717, isLoopback: false, token: TOKEN };
  expect(await failureOf('0.0.0.0:9717')).toBe(
    'Others may reach that address: it needs a token (--serve 0.0.0.0:9717)',
  );
  writeFileSync(file, `${TOKEN}\n`);
  expect(await servePlaceOf('0.0.0.0:9717', file)).toEqual(place);
  vi.stubEnv('ROTA_STATUS_TOKEN', TOKEN);
  expect(await servePlaceOf('0.0.0.0:9717', undefined)).toEqual(place);
  expect(redact(TOKEN)).not.toContain(TOKEN);
});

test('what is no address, and what is no token, is refused', async () => {
  for (const address of ['', 'x', '65536', 'example.org:80', 'fd00::1', '1.2.3.4'])
    expect(await failureOf(address)).toContain('Nothing can be served on that address');
  writeFileSync(file, 'short\n');
  expect(await failureOf('9717', file)).toBe(`That is no token (${file})`);
  expect(await failureOf('9717', join(folder, 'nowhere'))).toContain('That is no token');
});

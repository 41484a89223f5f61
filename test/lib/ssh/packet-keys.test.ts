import { KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import ssh2 from 'ssh2';
import { expect, test, vi } from 'vitest';
import { Connections } from '#lib/ssh/index.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd();
/** Where ssh2's own addon was built, that has the keys. */
const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js');

/** As the pinned ssh2 names them. */
interface Client {
  readonly _protocol: {
    readonly _cipher: { readonly _encKey: unknown };
    readonly _decipher: { readonly _decipherKey: unknown };
  };
}

function packetKeys(client: unknown): readonly unknown[] {
  const { _cipher, _decipher } = (client as Client)._protocol;
  return [_cipher._encKey, _decipher._decipherKey];
}

test.skipIf(why !== undefined || bindingAvailable)(
  `packets go both ways by keys for which Node throws no error, also by later ones${why === undefined ? '' : ` (skipped: ${why})`}`,
  async () => {
    await using sshd = await Sshd.start(['ed25519'], ['RekeyLimit 500K']);
    const connecting = vi.spyOn(ssh2.Client.prototype, 'connect');
    await using session = await new Connections().connect(sshd.host());
    const [client] = connecting.mock.contexts;
    connecting.mockRestore();
    const first = packetKeys(client);
    const { stdout } = await session.exec("head -c 2000000 /dev/zero | tr '\\0' a");
    expect(stdout.length).toBe(2_000_000);
    const later = packetKeys(client);
    expect([...first, ...later].map((key) => key instanceof KeyObject)).toEqual([
      ...[true, true],
      ...[true, true],
    ]);
    expect(later.map((key, index) => key === first[index])).toEqual([false, false]);
  },
);

import { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import ssh2 from 'ssh2';
import { expect, test } from 'vitest';
import { keepPacketKeys } from '#lib/ssh/login-progress.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd();

/** As the pinned ssh2 names them. */
interface Ciphers {
  readonly _protocol: {
    readonly _cipher: { readonly _encKey: unknown };
    readonly _decipher: { readonly _decipherKey: unknown };
  };
}

test.skipIf(why !== undefined)(
  `packets go both ways by keys that no error is thrown for${why === undefined ? '' : ` (skipped: ${why})`}`,
  async () => {
    await using sshd = await Sshd.start();
    const client = new ssh2.Client();
    client.on('handshake', () => keepPacketKeys(client));
    const login = { host: '127.0.0.1', port: sshd.port, username: 'root' };
    client.connect({ ...login, privateKey: readFileSync(sshd.userKey.file) });
    await once(client, 'ready');
    const { _cipher, _decipher } = (client as unknown as Ciphers)._protocol;
    const keys = [_cipher._encKey, _decipher._decipherKey];
    expect(keys.map((key) => key instanceof KeyObject)).toEqual([true, true]);
    const said = new Promise<string>((resolve, reject) => {
      client.exec('cat', (error, channel) => {
        if (error) reject(error);
        else resolve(text(channel.end('a'.repeat(100_000))));
      });
    });
    expect(await said).toBe('a'.repeat(100_000));
    client.end();
  },
);

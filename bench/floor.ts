import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { FleetHost } from './fleet.ts';
import { expectedState, readScript, writeScript } from './scripts.ts';

// The client alone: sftp, the server and the agents of http are half of the package.
const Client = createRequire(import.meta.url)('ssh2/lib/client.js') as typeof import('ssh2').Client;
type Client = InstanceType<typeof Client>;

/** More handshakes at once take longer in all. */
const AT_ONCE = 32;

/**
 * The work of the bench by ssh2 alone, as well as one can write it: an exec that reads, and one that
 * writes where anything differs.
 */
const privateKey = readFileSync('id');
const left = (JSON.parse(readFileSync('hosts.json', 'utf8')) as readonly FleetHost[]).values();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (const host of left) await bring(host);
  }),
);

async function bring(host: FleetHost): Promise<void> {
  const { client, end } = await logIn(host);
  const answer = await exec(client, readScript(host));
  const expected = expectedState(host);
  if (!answer.startsWith(expected)) await exec(client, writeScript(host));
  if (!answer.includes(`"${host.address}"`)) throw new Error(`${host.name} has no ${host.address}`);
  end();
}

async function logIn({ at, hostKey }: FleetHost) {
  const sock = connect({ host: at, port: 22, noDelay: true });
  const client = new Client();
  await new Promise((resolve, reject) => {
    client.once('ready', () => resolve(undefined)).once('error', reject);
    client.connect({
      ...{ sock, username: 'root', privateKey, authHandler: ['publickey'], readyTimeout: 120_000 },
      hostVerifier: (key: Buffer) => key.toString('base64') === hostKey,
    });
  });
  // A command that goes out together with the answer to sshd's host keys can stall for 40 ms.
  await delay(1);
  const end = () => {
    client.end();
    sock.unref().destroySoon();
  };
  return { client, end };
}

async function exec(client: Client, script: string): Promise<string> {
  return await new Promise((resolve, reject) => {
    client.exec(script, (error, channel) => {
      if (error) return reject(error);
      let text = '';
      let code: number | null = null;
      channel.on('data', (chunk: Buffer) => (text += chunk));
      channel.on('exit', (status: number | null) => (code = status));
      channel.on('close', () => (code === 0 ? resolve(text) : reject(new Error(`exit ${code}`))));
      channel.stderr.pipe(process.stderr);
      return undefined;
    });
  });
}

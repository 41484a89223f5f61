import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { blocks } from '../../task-pages.ts';

/** The address of nats-server in the lab. */
export const QUEUE_URL = 'tls://localhost:4222';

/**
 * Writes the configuration of a nats-server with TLS, and the users and permissions of docs/scale.md. Gives
 * its path, and the environment in which each of the two users is known to it.
 */
export function serverFiles(folder: string) {
  mkdirSync(folder);
  const [cert, key, config] = ['cert.pem', 'key.pem', 'nats.conf'].map((name) =>
    join(folder, name),
  );
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const files = ['-nodes', '-keyout', `${key}`, '-out', `${cert}`];
  execFileSync('openssl', [...words, ...files, ...subject], { stdio: 'ignore' });
  const [users = ''] = blocks(readFileSync('docs/scale.md', 'utf8'), 'conf');
  const user = (name: string) => {
    const pair = nkeys.createUser();
    const seed = join(folder, `${name}.nk`);
    writeFileSync(seed, pair.getSeed(), { mode: 0o600 });
    return { key: pair.getPublicKey(), env: { NATS_NKEY: seed, NATS_CA: `${cert}` } };
  };
  const [worker, coordinator] = [user('worker'), user('coordinator')];
  const store = `jetstream { store_dir: "${folder}/jetstream" }`;
  const tls = `tls { cert_file: "${cert}", key_file: "${key}" }`;
  const who = users.replace('WORKER', worker.key).replace('COORDINATOR', coordinator.key);
  writeFileSync(`${config}`, `listen: "127.0.0.1:4222"\n${store}\n${tls}\n${who}`);
  return { config: `${config}`, worker: worker.env, coordinator: coordinator.env };
}

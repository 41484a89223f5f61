import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx/core';
import { done } from './done.ts';
import type { LabNode } from './roster.ts';

/**
 * Writes the user's key, `id`, a host key per node under `nodes/`, and `known_hosts`. Keys that are
 * there already stay.
 */
export async function makeSshKeys(dir: string, nodes: readonly LabNode[]): Promise<void> {
  mkdirSync(join(dir, 'nodes'), { recursive: true });
  await makeKey(join(dir, 'id'), 'lab');
  for (let at = 0; at < nodes.length; at += 16)
    await Promise.all(
      nodes.slice(at, at + 16).map(({ name }) => makeKey(join(dir, 'nodes', name), name)),
    );
  writeFileSync(join(dir, 'known_hosts'), nodes.map((node) => knownHost(dir, node)).join(''));
}

async function makeKey(file: string, comment: string): Promise<void> {
  if (existsSync(file)) return;
  await done('A key could not be made', $`ssh-keygen -q -t ed25519 -N '' -C ${comment} -f ${file}`);
}

function knownHost(dir: string, { name, address }: LabNode): string {
  const [type, key] = readFileSync(join(dir, 'nodes', `${name}.pub`), 'utf8').split(' ');
  return `${address} ${type} ${key}\n`;
}

/** Writes a CA to `registry/ca.crt`, and to `tls/` what it signs for the registry and API servers. */
export async function makeCertificates(dir: string): Promise<void> {
  mkdirSync(join(dir, 'tls'));
  // A folder of its own: podman takes every key in the one it is given for a client's.
  mkdirSync(join(dir, 'registry'));
  await done(
    'The certificate authority could not be made',
    $`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
      -subj /CN=lab -keyout ${join(dir, 'tls/ca.key')} -out ${join(dir, 'registry/ca.crt')}`,
  );
  await Promise.all([
    makeCertificate(dir, 'registry', 'IP:10.77.0.1'),
    makeCertificate(dir, 'apiserver', 'DNS:localhost,IP:127.0.0.1,IP:::1'),
  ]);
}

async function makeCertificate(dir: string, name: string, names: string): Promise<void> {
  const file = join(dir, 'tls', name);
  await done(
    'A certificate could not be made',
    $`openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
      -CA ${join(dir, 'registry/ca.crt')} -CAkey ${join(dir, 'tls/ca.key')} -subj /CN=${name} \
      -addext ${`subjectAltName=${names}`} -addext basicConstraints=critical,CA:FALSE \
      -keyout ${file}.key -out ${file}.crt`,
  );
}

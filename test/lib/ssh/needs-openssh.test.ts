import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hopTo } from '#lib/ssh/hop.ts';
import { Connections } from '#lib/ssh/index.ts';
import { needsOpenSsh } from '#lib/ssh/needs-openssh.ts';
import { SshClient } from '#lib/ssh/ssh-client.ts';
import { SshConfig } from '#lib/ssh/ssh-config.ts';
import { hostWith, Scratch } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

let scratch: Scratch;

beforeAll(() => {
  scratch = new Scratch();
  const { file } = scratch.key('signed', '-t', 'ed25519');
  scratch.key('ca', '-t', 'ed25519');
  sign(scratch, 'ca', '-I', 'me', '-n', 'root', `${file}.pub`);
  scratch.key('plain', '-t', 'ed25519');
  scratch.file('sk', 'a handle that needs its device');
  scratch.file('sk.pub', `sk-ssh-ed25519@openssh.com ${skKey()} sk\n`);
});

afterAll(() => scratch[Symbol.dispose]());

function sign(at: Scratch, ca: string, ...options: string[]): void {
  execFileSync('ssh-keygen', ['-q', '-s', `${at.path}/${ca}`, ...options]);
}

function skKey(): string {
  const parts = ['sk-ssh-ed25519@openssh.com', 'x'.repeat(32), 'ssh:'].map((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat(parts).toString('base64');
}

async function reasonFor(config: string): Promise<string | undefined> {
  const text = `IdentityAgent none\nUserKnownHostsFile none\n${config}\nIdentityFile DIR/none`;
  const file = scratch.file('config', text.replaceAll('DIR', scratch.path));
  const client = new SshClient(new SshConfig());
  const hop = await hopTo(hostWith({ sshArguments: ['-F', file] }), client.config);
  return (await needsOpenSsh(hop, client))?.replaceAll(scratch.path, 'DIR');
}

test.for([
  ['', undefined],
  ['IdentityFile DIR/plain', undefined],
  ['GSSAPIAuthentication yes', undefined],
  ['KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256', undefined],
  ['IdentityFile DIR/signed', 'there is a certificate to log in with: DIR/signed-cert.pub'],
  [
    'CertificateFile DIR/signed-cert.pub',
    'there is a certificate to log in with: DIR/signed-cert.pub',
  ],
  ['IdentityFile DIR/sk', 'the key is on a security key: DIR/sk'],
  ['IdentityFile DIR/sk\nIdentityFile DIR/plain', undefined],
  [
    'PreferredAuthentications gssapi-with-mic',
    'ssh_config has PreferredAuthentications gssapi-with-mic',
  ],
  [
    'KexAlgorithms sntrup761x25519-sha512@openssh.com',
    "rota's own client has none of the KexAlgorithms",
  ],
  ['MACs umac-128@openssh.com', "rota's own client has none of the MACs"],
  ['KnownHostsCommand /bin/cat', 'ssh_config sets KnownHostsCommand'],
  ['RevokedHostKeys DIR/krl', 'ssh_config sets RevokedHostKeys'],
  [
    'Match host jump\n  VerifyHostKeyDNS yes\nMatch host 127.0.0.1\n  ProxyJump jump\nMatch all',
    'ssh_config sets VerifyHostKeyDNS',
  ],
] as const)('%s', async ([config, reason]) => {
  expect(await reasonFor(config)).toBe(reason);
});

const why = whyNoSshd();

describe.skipIf(why !== undefined)('a server that insists', () => {
  test('on a post-quantum key exchange is reached by OpenSSH', async () => {
    await using sshd = await Sshd.start(
      ['ed25519'],
      ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
    );
    expect(await runs(sshd, {})).toBe('here\n');
    const { transport, hops, whole } = await new Connections().explain(sshd.host());
    expect([transport, hops.map(({ outcome }) => outcome), whole]).toEqual([
      expect.stringMatching(/^OpenSSH's client: .*no matching .*, with rota's own client$/),
      [undefined],
      ['at node1'],
    ]);
  });

  async function runs(sshd: Sshd, connection: Parameters<Sshd['host']>[0]): Promise<string> {
    await using session = await new Connections().connect(sshd.host(connection));
    return (await session.exec('echo here')).stdout.toString();
  }

  test('on a certificate of the user is reached by OpenSSH', async () => {
    const extra = [`TrustedUserCAKeys ${scratch.path}/ca.pub`];
    await using sshd = await Sshd.start(['ed25519'], extra);
    expect(await runs(sshd, { keyFile: `${scratch.path}/signed` })).toBe('here\n');
  });

  test('and has a certificate itself is known by the authority in known_hosts', async () => {
    using at = new Scratch();
    const host = at.key('host', '-t', 'ed25519');
    const ca = at.key('ca', '-t', 'ed25519');
    sign(at, 'ca', '-h', '-I', 'host', '-n', '127.0.0.1', `${host.file}.pub`);
    const extra = [`HostKey ${host.file}`, `HostCertificate ${host.file}-cert.pub`];
    await using sshd = await Sshd.start([], extra);
    const authority = `@cert-authority [127.0.0.1]:${sshd.port} ${ca.publicKey}\n`;
    const file = at.file('authorities', authority);
    expect(await runs(sshd, { knownHostsFiles: [file] })).toBe('here\n');
    const client = new SshClient(new SshConfig());
    const hop = await hopTo(sshd.host({ knownHostsFiles: [file] }), client.config);
    expect((await needsOpenSsh(hop, client))?.replace(at.path, 'DIR')).toBe(
      'the host has a @cert-authority in DIR/authorities:1',
    );
  });
});

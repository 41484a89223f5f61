import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '#engine/model/host.ts';
import type { Connect } from '#engine/model/session.ts';
import { Connections } from '#lib/ssh/index.ts';
import { Agent } from './support/agent.ts';
import { told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd();

/** Each test has its own ssh_config, and its own agent. */
const connect: Connect = async (host) => await new Connections().connect(host);

describe.skipIf(why !== undefined)(
  `Debian's sshd${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let sshd: Sshd;
    const { SSH_AUTH_SOCK } = process.env;

    beforeAll(async () => {
      sshd = await Sshd.start(['ed25519', 'ecdsa', 'rsa']);
      delete process.env['SSH_AUTH_SOCK'];
    });

    afterAll(async () => {
      await sshd[Symbol.asyncDispose]();
      if (SSH_AUTH_SOCK !== undefined) process.env['SSH_AUTH_SOCK'] = SSH_AUTH_SOCK;
    });

    function lineFor(type: string, name = `[127.0.0.1]:${sshd.port}`): string {
      return `${name} ${sshd.hostKeys[type]?.publicKey}`;
    }

    async function runs(connection: Partial<Connection> = {}): Promise<string> {
      await using session = await connect(sshd.host(connection));
      return (await session.exec('id -un')).stdout.toString();
    }

    async function fails(connection: Partial<Connection> = {}): Promise<string> {
      const fingerprints = Object.entries(sshd.hostKeys).map(
        ([type, { file }]): [string, string] => [
          `${execFileSync('ssh-keygen', ['-lf', file]).toString().split(' ')[1]}`,
          `SHA256:${type}`,
        ],
      );
      const keys = Object.values(sshd.hostKeys).map(({ publicKey }): [string, string] => [
        publicKey.split(' ')[1] ?? '',
        'KEY',
      ]);
      const work = connect(sshd.host(connection)).then(async (session) => {
        await session[Symbol.asyncDispose]();
        return 'connected';
      });
      return await told(
        work,
        [sshd.scratch.path, 'HOME'],
        [`${sshd.port}`, 'PORT'],
        ...fingerprints,
        ...keys,
      );
    }

    test.for(['ed25519', 'ecdsa', 'rsa'])('a key of type %s logs in', async (type) => {
      const { file, publicKey } = sshd.scratch.key(`of_${type}`, '-t', type);
      appendFileSync(join(sshd.scratch.path, 'authorized_keys'), `${publicKey}\n`);
      expect(await runs({ keyFile: file })).toBe('root\n');
    });

    test('a key file logs in', async () => {
      expect(await runs()).toBe('root\n');
    });

    test.for(['ed25519', 'ecdsa', 'rsa'])(
      'a host with three keys, of which only the %s one is known, is known',
      async (type) => {
        expect(await runs({ knownHostsFiles: [sshd.knownHosts(lineFor(type))] })).toBe('root\n');
      },
    );

    test('a host whose name is hashed is known', async () => {
      const file = sshd.knownHosts(lineFor('ecdsa'));
      execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
      expect(readFileSync(file, 'utf8').startsWith('|1|')).toBe(true);
      expect(await runs({ knownHostsFiles: [file] })).toBe('root\n');
    });

    test('a host that is not known is refused, with its fingerprint', async () => {
      const files = [join(sshd.scratch.path, 'missing'), sshd.knownHosts(lineFor('rsa', 'other'))];
      expect(await fails({ knownHostsFiles: files })).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host is not known
        where: node1 ([127.0.0.1]:PORT)
        output: presented: ssh-ed25519 SHA256:ed25519
        looked in: HOME/missing, HOME/known_hosts
        fix: Compare this fingerprint with the one that the host itself shows, on its console:
          for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done
        If it is the same one, add the host:
          echo '[127.0.0.1]:PORT ssh-ed25519 KEY' >> HOME/missing"
      `);
    });

    test('a host whose key has changed is refused, with both fingerprints', async () => {
      const other = sshd.hostKeys['ecdsa']?.publicKey;
      const file = sshd.knownHosts('# mine', `[127.0.0.1]:${sshd.port} ${other}`);
      const impostor = await Sshd.start(['ed25519']);
      try {
        const host = impostor.host({
          knownHostsFiles: [impostor.knownHosts(`[127.0.0.1]:${impostor.port} ${other}`)],
        });
        const own = execFileSync('ssh-keygen', ['-lf', `${impostor.hostKeys['ed25519']?.file}`]);
        const known = execFileSync('ssh-keygen', ['-lf', `${sshd.hostKeys['ecdsa']?.file}`]);
        expect(
          await told(
            connect(host),
            [impostor.scratch.path, 'HOME'],
            [`${impostor.port}`, 'PORT'],
            [`${own}`.split(' ')[1] ?? '', 'SHA256:own'],
            [`${known}`.split(' ')[1] ?? '', 'SHA256:known'],
          ),
        ).toMatchInlineSnapshot(`
          "kind: unreachable
          what: The host presents another key than the known one
          where: node1 ([127.0.0.1]:PORT)
          output: presented: ssh-ed25519 SHA256:own
          known: ecdsa-sha2-nistp256 SHA256:known (HOME/known_hosts:1)
          fix: Either the host was set up anew, or something else answers in its place. Ask who runs it, and
          compare the fingerprints on its console. If it was set up anew, forget its old keys:
            ssh-keygen -R '[127.0.0.1]:PORT' -f HOME/known_hosts"
        `);
        expect(await runs({ knownHostsFiles: [file] })).toBe('root\n');
      } finally {
        await impostor[Symbol.asyncDispose]();
      }
    });

    test('a host whose key is revoked is refused, also if it is known', async () => {
      const lines = [lineFor('ed25519'), `@revoked ${lineFor('ed25519', '*')}`];
      expect(await fails({ knownHostsFiles: [sshd.knownHosts(...lines)] })).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The key of the host is revoked
        where: node1 ([127.0.0.1]:PORT)
        output: presented: ssh-ed25519 SHA256:ed25519
        revoked: ssh-ed25519 SHA256:ed25519 (HOME/known_hosts:2)
        fix: Give the host new keys (ssh-keygen -A, after removing the old ones), and make those known."
      `);
    });

    test('a key that the host does not take is refused, by name', async () => {
      const { file } = sshd.scratch.key('stranger', '-t', 'ed25519');
      expect(await fails({ keyFile: file })).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host refuses the login
        where: node1 ([127.0.0.1]:PORT)
        output: user: root
        tried: HOME/stranger
        the host takes: publickey
        fix: Allow the key for that user:
          ssh-copy-id -p PORT root@127.0.0.1"
      `);
    });

    test.for(['ssh', 'openssh'] as const)(
      '%s: what sshd drops because it has too many logins at once is tried again',
      async (transport) => {
        await using busy = await Sshd.start(['ed25519'], ['MaxStartups 2:100:2']);
        await using connections = new Connections();
        const works = Array.from({ length: 8 }, async () => {
          const host = busy.host({ transport, connectTimeoutMs: 60_000 });
          return (await (await connections.connect(host)).exec('echo in')).stdout.toString();
        });
        expect(await Promise.all(works)).toEqual(works.map(() => 'in\n'));
      },
    );

    test('the keys that ssh_config names log in', async () => {
      const config = sshd.scratch.file('config', `IdentityFile ${sshd.userKey.file}`);
      const { keyFile: _, ...connection } = sshd.host({ sshArguments: ['-F', config] }).connection;
      await using session = await connect({ ...sshd.host(), connection });
      expect((await session.exec('true')).status).toBe(0);
    });

    test('an agent logs in, also in place of a key file that is encrypted', async () => {
      await using agent = await Agent.with(join(sshd.scratch.path, 'agent'), [sshd.userKey.file]);
      process.env['SSH_AUTH_SOCK'] = agent.socket;
      try {
        const locked = sshd.scratch.key('locked', '-t', 'ed25519', '-N', 'a passphrase');
        expect(await runs({ keyFile: locked.file })).toBe('root\n');
        const { keyFile: _, ...connection } = sshd.host().connection;
        await using session = await connect({ ...sshd.host(), connection });
        expect((await session.exec('true')).status).toBe(0);
      } finally {
        delete process.env['SSH_AUTH_SOCK'];
      }
    });

    test('a connection that is cut takes down what was on it, and no other', async () => {
      const before = new Set(sshd.sessions());
      await using cut = await connect(sshd.host());
      const pids = sshd.sessions().filter((pid) => !before.has(pid));
      await using other = await connect(sshd.host());
      const stdin = new PassThrough();
      const half = Promise.withResolvers<Buffer>();
      // The kernel resets a connection whose last bytes nobody has read.
      const reset = ['read', 'write'].map((way): [string, string] => [
        `output: ${way} ECONNRESET\n`,
        '',
      ]);
      const works = [
        told(cut.exec('echo half; sleep 5', { onStdout: half.resolve }), ...reset),
        other.exec('read -r line; echo whole', { stdin }),
      ] as const;
      await half.promise;
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      expect(await works[0]).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The connection was lost
        where: node1
        fix: Run again once the host answers: what it has done by then is seen, and the rest is done."
      `);
      stdin.end('go on\n');
      expect((await works[1]).stdout.toString()).toBe('whole\n');
    });

    test('a command that is killed names its signal', async () => {
      await using session = await connect(sshd.host());
      expect(await told(session.exec('kill -TERM $$'))).toMatchInlineSnapshot(`
        "kind: failed
        what: The command was killed by a signal
        where: node1
        ran: killed by SIGTERM
        fix: Find out what on the host sends SIGTERM, and run again."
      `);
    });

    test('30 commands at once stay within MaxSessions', async () => {
      await using session = await connect(sshd.host());
      const works = Array.from({ length: 30 }, (_, index) => session.exec(`exit ${index}`));
      expect((await Promise.all(works)).map(({ status }) => status)).toEqual(
        works.map((_, index) => index),
      );
    });

    test('20 MB go there and back', async () => {
      await using session = await connect(sshd.host());
      const stdin = 'äöü€\n'.repeat(2_000_000);
      const { stdout } = await session.exec('cat', { stdin });
      expect(stdout.equals(Buffer.from(stdin))).toBe(true);
    });
  },
);

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import type { ExecOptions, Session } from '#engine/model/session.ts';
import { Connections } from '#lib/ssh/index.ts';
import { told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd('/usr/bin/ssh');

describe.skipIf(why !== undefined)(
  `OpenSSH's own client${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let sshd: Sshd;
    let print: string;
    const { SSH_AUTH_SOCK, TMPDIR, PATH } = process.env;

    beforeAll(async () => {
      sshd = await Sshd.start(
        ['ed25519'],
        [
          'AuthorizedKeysFile /run/keys',
          'PasswordAuthentication yes',
          'TrustedUserCAKeys /run/keys',
          'Match User strict\nAuthenticationMethods password,publickey',
        ],
        (keys) => ['unshare', '--mount', 'sh', 'test/lib/ssh/support/users.sh', keys],
      );
      const shown = execFileSync('ssh-keygen', ['-lf', sshd.hostKeys['ed25519']?.file ?? '']);
      print = `${shown}`.split(' ')[1] ?? '';
      delete process.env['SSH_AUTH_SOCK'];
      // Sockets and what else there is for a while are looked for there.
      process.env['TMPDIR'] = sshd.scratch.path;
    });

    afterAll(async () => {
      if (SSH_AUTH_SOCK !== undefined) process.env['SSH_AUTH_SOCK'] = SSH_AUTH_SOCK;
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
      await sshd[Symbol.asyncDispose]();
    });

    async function open(connection: Partial<Connection> = {}): Promise<Session> {
      return await new Connections().connect(sshd.host({ transport: 'openssh', ...connection }));
    }

    async function exec(command: string, options: ExecOptions = {}) {
      await using session = await open();
      const { status, stdout, stderr } = await session.exec(command, options);
      return [status, `${stdout}`, `${stderr}`];
    }

    async function runs(connection: Partial<Connection>): Promise<string> {
      await using session = await open(connection);
      return `${(await session.exec('id -un')).stdout}`;
    }

    async function fails(connection: Partial<Connection>): Promise<string> {
      return await told(
        runs(connection),
        [sshd.scratch.path, 'HOME'],
        [`${sshd.port}`, 'PORT'],
        [print, 'SHA256:PRINT'],
      );
    }

    function leftovers(): readonly string[] {
      return readdirSync(sshd.scratch.path).filter((name) => name.startsWith('rota-'));
    }

    test('a command has its own streams and its status, 255 as well', async () => {
      expect(await exec('cat; echo err >&2; exit 7', { stdin: 'in' })).toEqual([7, 'in', 'err\n']);
      expect(await exec('cat; exit 255')).toEqual([255, '', '']);
      const size = 3_000_000;
      const stdin = Readable.from([Buffer.alloc(size, 'x'), 'end']);
      expect(await exec('wc -c', { stdin })).toEqual([0, `${size + 3}\n`, '']);
    });

    test('commands share a connection, and it leaves nothing behind', async () => {
      // One of a test before may not have ended yet.
      const before = sshd.sessions();
      const session = await open();
      await Promise.all(Array.from({ length: 12 }, () => session.exec('sleep 0.1')));
      expect(sshd.sessions().filter((pid) => !before.includes(pid)).length).toBe(1);
      expect(leftovers().length).toBe(1);
      await session[Symbol.asyncDispose]();
      expect(leftovers()).toEqual([]);
    });

    test('a signal gives up waiting', async () => {
      await using session = await open();
      const signal = AbortSignal.timeout(100);
      await expect(session.exec('sleep 60', { signal })).rejects.toThrow('timeout');
      expect((await session.exec('exit 3')).status).toBe(3);
    });

    test('a connection that goes is lost, not a status', async () => {
      await using session = await open();
      const begun = Promise.withResolvers<void>();
      const options = { onStdout: () => begun.resolve() };
      const closed = 'Connection to 127.0.0.1 closed by remote host.';
      // By what the client was at when it heard of it.
      const cutOff: [string, string] = ['client_loop: send disconnect: Broken pipe', closed];
      const work = told(session.exec('echo half; sleep 60', options), cutOff);
      await begun.promise;
      for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
      expect(await work).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The connection was lost
        where: node1
        output: Connection to 127.0.0.1 closed by remote host.
        fix: Run again once the host answers: what it has done by then is seen, and the rest is done."
      `);
      expect(await told(session.exec('true'))).toContain('what: The connection was lost');
    });

    test('a password is given where it is asked for, and nowhere else', async () => {
      const password = new Secret("it's a \\$ecret, 100%");
      const none = { keyFile: sshd.scratch.key('other', '-t', 'ed25519').file, user: 'asked' };
      expect(await runs({ ...none, password })).toBe('asked\n');
      expect(await fails({ ...none, password: new Secret('wrong') })).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host refuses the login
        where: node1 ([127.0.0.1]:PORT)
        output: asked@127.0.0.1: Permission denied (publickey,password).
        fix: A key with a passphrase has to be in an agent (ssh-add). Try by hand:
          ssh -v -p PORT -l asked -i HOME/other -o 'UserKnownHostsFile="HOME/known_hosts_of_all"' -o GlobalKnownHostsFile=none -F none 127.0.0.1"
      `);
      expect(await fails(none)).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host refuses the login
        where: node1 ([127.0.0.1]:PORT)
        output: asked@127.0.0.1: Permission denied (publickey,password).
        fix: A key with a passphrase has to be in an agent (ssh-add). Try by hand:
          ssh -v -p PORT -l asked -i HOME/other -o 'UserKnownHostsFile="HOME/known_hosts_of_all"' -o GlobalKnownHostsFile=none -F none 127.0.0.1"
      `);
      expect(
        await fails({ ...none, password, knownHostsFiles: [sshd.knownHosts()] }),
      ).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host is not known
        where: node1 ([127.0.0.1]:PORT)
        output: Host key verification failed.
        fix: Log in by hand, and compare the fingerprint with the one that the host shows on its console:
          ssh -v -p PORT -l asked -i HOME/other -o 'UserKnownHostsFile="HOME/known_hosts"' -o GlobalKnownHostsFile=none -F none 127.0.0.1"
      `);
      expect(leftovers()).toEqual([]);
    });

    test.for(['ssh', 'openssh'] as const)(
      '%s: a key that is not taken at first is shown again after the password',
      async (transport) => {
        const password = new Secret("it's a \\$ecret, 100%");
        expect(await runs({ transport, user: 'strict', password })).toBe('strict\n');
      },
    );

    test('the password of a host is not for its jump host', async () => {
      const { scratch, port, userKey } = sshd;
      const password = new Secret("it's a \\$ecret, 100%");
      const stranger = scratch.key('stranger', '-t', 'ed25519').file;
      const known = `UserKnownHostsFile ${scratch.path}/known_hosts_of_all`;
      const by = (user: string, file: string) => {
        const jump = `Host jump\nHostName 127.0.0.1\nPort ${port}\nUser ${user}\nIdentityFile ${file}`;
        const config = scratch.file('config', `${jump}\n${known}\nHost 127.0.0.1\n${known}\n`);
        const sshArguments = ['-F', config, '-J', 'jump'];
        return { user: 'asked', keyFile: stranger, password, sshArguments };
      };
      expect(await runs(by('free', userKey.file))).toBe('asked\n');
      expect(await fails(by('free', stranger))).toContain('free@127.0.0.1: Permission denied');
    });

    test('another user is become as with the other transport', async () => {
      const password = new Secret("it's a \\$ecret, 100%");
      const become = { method: 'sudo', user: 'root', password } as const;
      expect(await runs({ user: 'asked', become })).toBe('root\n');
    });

    test('certificates are heeded: of the user, and of the host', async () => {
      const { scratch, hostKeys } = sshd;
      const key = scratch.key('certified', '-t', 'ed25519');
      const sign = (...words: string[]) =>
        execFileSync('ssh-keygen', ['-q', '-s', sshd.userKey.file, '-I', 'id', ...words]);
      sign('-n', 'root', `${key.file}.pub`);
      expect(await runs({ keyFile: key.file })).toBe('root\n');

      const host = hostKeys['ed25519']?.file ?? '';
      sign('-h', '-n', '127.0.0.1', `${host}.pub`);
      await using certified = await Sshd.start(
        ['ecdsa'],
        [`HostKey ${host}`, `HostCertificate ${host}-cert.pub`],
      );
      const line = `@cert-authority [127.0.0.1]:* ${sshd.userKey.publicKey}\n`;
      const known = scratch.file('authorities', line);
      const session = await new Connections().connect(
        certified.host({ transport: 'openssh', knownHostsFiles: [known] }),
      );
      onTestFinished(() => session[Symbol.asyncDispose]());
      expect(`${(await session.exec('id -un')).stdout}`).toBe('root\n');
    });

    test('what keeps it from connecting is told', async () => {
      const other = sshd.scratch.key('changed', '-t', 'ed25519').publicKey;
      const name = `[127.0.0.1]:${sshd.port}`;
      const known = (line: string) => ({
        knownHostsFiles: [sshd.scratch.file(`known_${line.length}`, `${line}\n`)],
      });
      const own = sshd.hostKeys['ed25519']?.publicKey;
      const said = [
        await fails(known('')),
        await fails(known(`${name} ${other}`)),
        await fails(known(`@revoked * ${own}`)),
        await fails({ port: 1 }),
        await fails({ address: 'nosuch.invalid' }),
        await fails({ sshArguments: ['-o', 'NoSuch=yes'] }),
      ];
      const without = join(sshd.scratch.path, 'bin');
      mkdirSync(without);
      for (const name of ['rm', 'cat']) symlinkSync(`/bin/${name}`, join(without, name));
      process.env['PATH'] = without;
      said.push(await fails({}));
      process.env['PATH'] = PATH;
      expect(said.join('\n\n')).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The host is not known
        where: node1 ([127.0.0.1]:PORT)
        output: Host key verification failed.
        fix: Log in by hand, and compare the fingerprint with the one that the host shows on its console:
          ssh -v -p PORT -l root -i HOME/user -o 'UserKnownHostsFile="HOME/known_0"' -o GlobalKnownHostsFile=none -F none 127.0.0.1

        kind: unreachable
        what: The host presents another key than the known one
        where: node1 ([127.0.0.1]:PORT)
        output: @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
        IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
        Someone could be eavesdropping on you right now (man-in-the-middle attack)!
        It is also possible that a host key has just been changed.
        The fingerprint for the ED25519 key sent by the remote host is
        SHA256:PRINT.
        Please contact your system administrator.
        Add correct host key in HOME/known_106 to get rid of this message.
        Offending ED25519 key in HOME/known_106:1
          remove with:
          ssh-keygen -f "HOME/known_106" -R "[127.0.0.1]:PORT"
        Host key for [127.0.0.1]:PORT has changed and you have requested strict checking.
        Host key verification failed.
        fix: Either the host was set up anew, or something else answers in its place. Ask who runs it, and
        compare the fingerprints on its console. If it was set up anew, forget its old keys with ssh-keygen -R.

        kind: unreachable
        what: The key of the host is revoked
        where: node1 ([127.0.0.1]:PORT)
        output: @       WARNING: REVOKED HOST KEY DETECTED!               @
        The ED25519 host key for [127.0.0.1]:PORT is marked as revoked.
        This could mean that a stolen key is being used to
        impersonate this host.
        ED25519 host key for [127.0.0.1]:PORT was revoked and you have requested strict checking.
        Host key verification failed.
        fix: Give the host new keys (ssh-keygen -A, after removing the old ones), and make those known.

        kind: unreachable
        what: The host refuses connections
        where: node1 ([127.0.0.1]:1)
        output: ssh: connect to host 127.0.0.1 port 1: Connection refused
        fix: Try by hand:
          ssh -v -p 1 -l root -i HOME/user -o 'UserKnownHostsFile="HOME/known_hosts_of_all"' -o GlobalKnownHostsFile=none -F none 127.0.0.1

        kind: unreachable
        what: The name of the host does not resolve
        where: node1 ([nosuch.invalid]:PORT)
        output: ssh: Could not resolve hostname nosuch.invalid: Name or service not known
        fix: Correct it, or see:
          getent hosts nosuch.invalid

        kind: unreachable
        what: ssh refuses its configuration
        ran: ssh -T -G -p PORT -l root -i HOME/user -o 'UserKnownHostsFile="HOME/known_hosts_of_all"' -o GlobalKnownHostsFile=none -o NoSuch=yes -- 127.0.0.1
        output: command-line: line 0: Bad configuration option: nosuch
        fix: Mend the line that it names, in ssh_config or in the arguments for ssh in the inventory.

        kind: unreachable
        what: OpenSSH’s client is not installed here
        where: node1 ([127.0.0.1]:PORT)
        output: sh: 15: ssh: not found
        fix: Install it: the package is openssh-client, or openssh."
      `);
      expect(leftovers()).toEqual([]);
    });
  },
);

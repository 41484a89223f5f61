import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sh } from '#engine/shell/quote.ts';
import { hopTo } from '#lib/ssh/hop.ts';
import { Connections } from '#lib/ssh/index.ts';
import { keptSocket } from '#lib/ssh/kept-connection.ts';
import { needsOpenSsh } from '#lib/ssh/needs-openssh.ts';
import { SshClient } from '#lib/ssh/ssh-client.ts';
import { SshConfig } from '#lib/ssh/ssh-config.ts';
import { parseSshSettings } from '#lib/ssh/ssh-settings.ts';
import { told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd('/usr/bin/ssh');

describe.skipIf(why !== undefined)(
  `connections that ssh_config keeps${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let sshd: Sshd;
    beforeAll(async () => {
      sshd = await Sshd.start();
    });
    afterAll(async () => await sshd[Symbol.asyncDispose]());

    function hostBy(name: string, lines: readonly string[]) {
      const socket = join(sshd.scratch.path, name);
      const config = sshd.scratch.file(
        `${name}.config`,
        [...lines, `ControlPath ${socket}-%C`].join('\n'),
      );
      const host = sshd.host({ sshArguments: ['-F', config] });
      const end = () => {
        const words = ['-F', config, '-p', `${sshd.port}`, '-l', 'root', '-O', 'exit', '127.0.0.1'];
        // Its master may be gone before it has answered: "exit happens too soon", mux.c of OpenSSH.
        spawnSync('ssh', words, { stdio: 'ignore' });
      };
      return { host, end };
    }

    /** From now on, the words of each ssh that is started. */
    function startsOfSsh(): () => readonly string[] {
      const bin = join(sshd.scratch.path, 'bin');
      mkdirSync(bin, { recursive: true });
      const log = sshd.scratch.file('starts', '');
      const text = sh`#!/bin/sh\necho "$*" >>${log}\nexec /usr/bin/ssh "$@"\n`;
      writeFileSync(join(bin, 'ssh'), text, { mode: 0o755 });
      vi.stubEnv('PATH', `${bin}:${process.env['PATH']}`);
      return () => readFileSync(log, 'utf8').trim().split('\n');
    }

    /** As a run of its own does. Gives which sshd process serves it. */
    async function run(host: ReturnType<Sshd['host']>, command = 'exit 0') {
      await using connections = new Connections();
      const session = await connections.connect(host);
      const { status, stdout, stderr } = await session.exec(command);
      return [status, `${stdout}`, `${stderr}`];
    }

    const KEPT = ['ControlMaster auto', 'ControlPersist 60'];

    test('a second run makes no connection of its own, and leaves the one that is there', async () => {
      const { host, end } = hostBy('twice', KEPT);
      onTestFinished(end);
      const ask = 'echo $SSH_CONNECTION; echo err >&2; exit 255';
      const first = await run(host, ask);
      expect(first).toEqual([255, expect.stringMatching(/^127\.0\.0\.1 /), 'err\n']);
      const served = sshd.sessions();
      expect(served).toHaveLength(1);
      expect(await run(host, ask)).toEqual(first);
      expect(sshd.sessions()).toEqual(served);
    });

    test('an ssh is started to log in, and none for a command, nor for a run that finds the connection', async () => {
      const { host, end } = hostBy('counted', KEPT);
      onTestFinished(end);
      onTestFinished(() => void vi.unstubAllEnvs());
      const starts = startsOfSsh();
      for (const [, count] of [1, 2].entries()) {
        await using connections = new Connections();
        const session = await connections.connect(host);
        const commands = Array.from({ length: 10 }, (_, number) => `echo ${number}`);
        await Promise.all(commands.map((command) => session.exec(command)));
        await session.exec('true');
        // What still runs when a run ends does not end the connection.
        const begun = Promise.withResolvers<void>();
        session.exec('echo; sleep 60', { onStdout: () => begun.resolve() }).catch(() => {});
        await begun.promise;
        const logins = starts().filter((words) => !words.startsWith('-v -T -G'));
        expect([starts().length, logins.length]).toEqual([1 + count, 1]);
      }
    });

    test('a run that ends while a command is about to begin leaves the connection as it is', async () => {
      const { host, end } = hostBy('hasty', KEPT);
      onTestFinished(end);
      await run(host);
      const served = sshd.sessions();
      const connections = new Connections();
      const session = await connections.connect(host);
      const work = told(session.exec('true'));
      await connections.close();
      expect(await work).toContain('what: The connection was lost');
      expect((await run(host))[0]).toBe(0);
      expect(sshd.sessions()).toEqual(served);
    });

    test('many commands, one behind the other, leave the connection as it is', async () => {
      const { host, end } = hostBy('many', KEPT);
      onTestFinished(end);
      await run(host);
      const served = sshd.sessions();
      {
        await using connections = new Connections();
        const session = await connections.connect(host);
        await Promise.all(Array.from({ length: 200 }, () => session.exec('exit 0')));
      }
      expect((await run(host))[0]).toBe(0);
      expect(sshd.sessions()).toEqual(served);
    });

    test('a socket of which the other end is of no use is left alone, and rota logs in itself', async () => {
      const { host } = hostBy('useless', [...KEPT, `ControlPath ${sshd.scratch.path}/%r@%h-%p`]);
      const path = join(sshd.scratch.path, `${userInfo().username}@127.0.0.1-${sshd.port}`);
      const answer = Buffer.from('00000008000000010000000400000008800000030000000000000000', 'hex');
      const server = createServer((socket) => socket.end(answer)).listen(path);
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      // As long as others may speak with it, nothing is said there.
      for (const [mode, connected] of [
        [0o666, 0],
        [0o600, 1],
      ] as const) {
        chmodSync(path, mode);
        let count = 0;
        server.on('connection', () => {
          count += 1;
        });
        expect(await run(host, 'echo here')).toEqual([0, 'here\n', '']);
        expect(count).toBe(connected);
      }
      await expect.poll(() => sshd.sessions()).toEqual([]);
    });

    test('of runs at the same time each comes to its end', async () => {
      const { host, end } = hostBy('together', KEPT);
      onTestFinished(end);
      const runs = await Promise.all([1, 2, 3].map((number) => run(host, `echo ${number}`)));
      expect(runs).toEqual([1, 2, 3].map((number) => [0, `${number}\n`, '']));
    });

    test('one that has ended is made anew, and one that ends meanwhile is lost', async () => {
      const { host, end } = hostBy('ended', KEPT);
      await run(host);
      const before = sshd.sessions();
      for (const pid of before) process.kill(pid, 'SIGKILL');
      await expect.poll(() => sshd.sessions()).toEqual([]);
      await using connections = new Connections();
      const session = await connections.connect(host);
      expect((await session.exec('exit 3')).status).toBe(3);
      end();
      expect(await told(session.exec('true'))).toContain('what: The connection was lost');
    });

    test('a host key that is not known is refused before there is a connection to keep', async () => {
      const { host } = hostBy('unknown', KEPT);
      const stranger = {
        ...host,
        connection: { ...host.connection, knownHostsFiles: [sshd.knownHosts()] },
      };
      expect(await told(run(stranger))).toContain('what: The host is not known');
      await expect.poll(() => sshd.sessions()).toEqual([]);
    });

    test('a path that has the name of the host by chance, or not its port or user, is of no host alone', () => {
      const socketOf = (name: string, path: string, port = 22) => {
        const lines = ['user root', `port ${port}`, ...KEPT, `ControlPath ${path}`];
        return keptSocket(parseSshSettings(lines.join('\n'), name));
      };
      for (const name of ['b', 'ssh', 'm-10', '10.0.0.1'])
        expect(socketOf(name, '/home/bob/.ssh/cm-10.0.0.11')).toBe(undefined);
      for (const name of ['10.0.0.1', 'fe80::1%eth0', 'b'])
        expect(socketOf(name, `/home/bob/.ssh/root@${name}.sock`)).toContain(name);
      expect(socketOf('node1', '/run/root@node1', 2201)).toBe(undefined);
      expect(socketOf('node1', '/run/root@node1-2201', 2201)).toBe('/run/root@node1-2201');
      // What is kept there may be another user's on the host; a home folder says nothing of that.
      for (const path of ['/run/node1-22', '/run/bob@node1', `${homedir()}/.ssh/node1-22`])
        expect(socketOf('node1', path)).toBe(undefined);
    });

    test.for([
      [KEPT, 'ssh_config keeps connections (ControlPersist)'],
      [['ControlMaster auto'], undefined],
      [['ControlPersist 60'], undefined],
      [[...KEPT, 'ControlPath none'], undefined],
      // Which may be of another host.
      [[...KEPT, 'ControlPath /tmp/socket'], undefined],
    ] as const)('which client it is goes by %j', async ([lines, reason]) => {
      const { host } = hostBy('which', lines);
      const client = new SshClient(new SshConfig());
      expect(await needsOpenSsh(await hopTo(host, client.config), client)).toBe(reason);
    });
  },
);

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Become } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Session } from '#engine/model/session.ts';
import { shellOn } from '#engine/remote/host-shell.ts';
import type { HostExit } from '#engine/report/exec.ts';
import { Connections } from '#lib/ssh/index.ts';
import { execOnHosts } from '../../../cli/exec-hosts.ts';
import { told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd('/usr/bin/sudo', '/usr/bin/tcsh', '/usr/bin/fish');
const connections = new Connections();
const password = new Secret("it's a \\$ecret, 100%");

describe.skipIf(why !== undefined)(
  `what a login shell makes of commands${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let sshd: Sshd;

    beforeAll(async () => {
      sshd = await Sshd.start(
        ['ed25519'],
        // Lets bash read what it reads at a login.
        [
          'AuthorizedKeysFile /run/keys',
          'MaxStartups 100',
          'UsePAM yes',
          'SetEnv SHLVL=0',
          'Match User forced\nForceCommand cat /etc/hostname',
          'Match User chrooted\nChrootDirectory /nonexistent',
        ],
        (keys) => ['unshare', '--mount', 'sh', 'test/lib/ssh/support/users.sh', keys],
      );
    });

    afterAll(async () => await sshd[Symbol.asyncDispose]());

    async function open(user: string, become?: Partial<Become>): Promise<Session> {
      return await connections.connect(
        sshd.host({
          user,
          // Some of what they run waits for ever.
          ...(SLOW.includes(user) && { connectTimeoutMs: 3000 }),
          ...(become && { become: { method: 'sudo', user: 'root', ...become } }),
        }),
      );
    }

    // By what the client was at when it heard of it.
    const CUT_OFF = [
      'No response from server',
      ...['write', 'read'].flatMap((what) => [`${what} EPIPE`, `${what} ECONNRESET`]),
    ];
    const SLOW = ['turned', 'stuck'];
    const ODD = `it's "$HOME" \`id\` \\n \\\\ ! !! !x ü {a,b} *`;
    const WAYS = [undefined, { password }, {}] as const;

    test.for(
      ['greeted', 'tcsher', 'fisher'].flatMap((user) => WAYS.map((way) => [user, way] as const)),
    )(
      '%s, by %j: what the login prints is no part of an answer, and words come as they are',
      async ([user, become]) => {
        await using session = await open(user, become);
        const command = `cat\nprintf '%s\\n' '${ODD.replaceAll("'", `'\\''`)}'; echo err >&2; exit 3`;
        const seen: string[] = [];
        const onStdout = (chunk: Buffer) => seen.push(`${chunk}`);
        const exit = await session.exec(command, { stdin: 'in\n', onStdout });
        const stdout = `in\n${ODD}\n`;
        expect([exit.status, `${exit.stdout}`, seen.join(''), `${exit.stderr}`]).toEqual([
          3,
          stdout,
          stdout,
          'err\n',
        ]);
      },
    );

    test.for(['greeted', 'tcsher', 'fisher'])(
      '%s: neither exec nor a script sees what is printed at the login, and both can end a command',
      async (user) => {
        const printed: string[] = [];
        const input = {
          hosts: [sshd.host({ user })],
          connect: async () => await open(user),
          forks: 1,
          stop: new AbortController().signal,
          onExit: ({ stdout, stderr }: HostExit) => printed.push(`${stdout}`, `${stderr}`),
        };
        await execOnHosts({ ...input, command: `echo one\necho "two!"` });
        expect(printed).toEqual(['one\ntwo!\n', '']);
        await using session = await open(user);
        expect(await shellOn(session)`echo ${'three\nfour'}`.text()).toBe('three\nfour\n');
        const work = shellOn(session)`echo begun; sleep 60`.nothrow();
        for await (const _ of work) break;
        await work.kill();
        expect((await work).ok).toBe(false);
      },
    );

    test('a login that runs no commands is told by its own words, and nobody else is blamed', async () => {
      const quick = ['noshell', 'false', 'forced', 'left', 'expired', 'gone', 'chrooted'];
      const toldBy = (user: string) =>
        [{}, { password }].map(async (way) => {
          const become = user === 'stuck' ? { ...way, executable: ['/run/stuck'] } : way;
          const work = open(user, become).then(async (session) => {
            await using here = session;
            return await here.exec('id', { stdin: 'id -un\n' });
          });
          return await told(
            work,
            [`${sshd.port}`, 'PORT'],
            [sshd.scratch.path, 'HOME'],
            ...CUT_OFF.map((how): [string, string] => [how, 'cut off']),
            ['\noutput: cut off', ''],
          );
        });
      // Those that have little time to log in do so when the others are done.
      const said = [
        ...(await Promise.all(quick.flatMap(toldBy))),
        ...(await Promise.all(SLOW.flatMap(toldBy))),
      ];
      expect([...new Set(said)].join('\n\n')).toMatchInlineSnapshot(`
        "kind: unreachable
        what: The login shell does not run commands
        where: node1
        ran: the login shell of noshell → exit 1
        output: This account is currently not available.
        fix: See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:
          getent passwd noshell

        kind: unreachable
        what: The login shell does not run commands
        where: node1
        ran: the login shell of false → exit 1
        fix: See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:
          getent passwd false

        kind: unreachable
        what: The login shell does not run commands
        where: node1
        ran: the login shell of forced → exit 0
        output: vm
        fix: See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:
          getent passwd forced

        kind: unreachable
        what: The login shell does not run commands
        where: node1
        ran: the login shell of left → exit 0
        output: goodbye
        fix: See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:
          getent passwd left

        kind: unreachable
        what: The password of the user has expired
        where: node1
        ran: the login shell of expired → exit 1
        output: WARNING: Your password has expired.
        Password change required but no TTY available.
        fix: Set a new one, as root on the host:
          passwd expired

        kind: unreachable
        what: The account of the user has expired
        where: node1 ([127.0.0.1]:PORT)
        output: user: gone
        tried: HOME/user
        the host says: Your account has expired; please contact your system administrator.
        cut off
        fix: Give it more time, as root on the host:
          chage -E -1 gone

        kind: unreachable
        what: The host logs the user in and hangs up
        where: node1
        fix: See the host's own log (journalctl -u ssh -u sshd): a ChrootDirectory that is not there, or no memory or processes left.

        kind: unreachable
        what: The login shell does not run commands
        where: node1
        ran: the login shell of turned → exit 0
        output: turned
        fix: See what it is on the host, and what its sshd runs in its place (ForceCommand). What it reads first, such as .bashrc, is not to end it:
          getent passwd turned

        kind: unreachable
        what: The login shell takes too long
        where: node1
        output: gave up after 9 s (three times ansible_timeout)
        fix: See what it does first, such as in .bashrc. If it is only slow, raise ansible_timeout.

        kind: unreachable
        what: Becoming another user takes too long
        where: node1
        output: gave up after 9 s (three times ansible_timeout)
        fix: See there what sudo waits for. If it is only slow, raise ansible_timeout."
      `);
    });
  },
);

import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Become, Connection } from '#engine/model/host.ts';
import { Secret } from '#engine/model/secret.ts';
import type { ExecOptions, Exit } from '#engine/model/session.ts';
import { shellOn } from '#engine/remote/host-shell.ts';
import { Connections } from '#lib/ssh/index.ts';
import { hostWith, told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd('/usr/bin/sudo', '/usr/bin/doas');
const connections = new Connections();
const PASSWORD = "it's a \\$ecret, 100%";
const password = new Secret(PASSWORD);
const wrong = new Secret('wrong');

describe.skipIf(why !== undefined)(
  `becoming another user${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    let sshd: Sshd;

    beforeAll(async () => {
      sshd = await Sshd.start(
        ['ed25519'],
        ['AuthorizedKeysFile /run/keys', 'MaxStartups 100'],
        (keys) => ['unshare', '--mount', 'sh', 'test/lib/ssh/support/users.sh', keys],
      );
    });

    afterAll(async () => {
      await sshd[Symbol.asyncDispose]();
    });

    async function exec(
      user: string,
      become: Partial<Become>,
      command: string,
      options: ExecOptions = {},
    ): Promise<Exit> {
      const connection: Partial<Connection> = {
        user,
        become: { method: 'sudo', user: 'root', ...become },
      };
      await using session = await connections.connect(sshd.host(connection));
      return await session.exec(command, options);
    }

    test.for<[user: string, become: Partial<Become>]>([
      ['free', {}],
      ['free', { password }],
      ['free', { password: wrong }],
      ['asked', { password }],
      ['strict', { password }],
      ['lectured', { password }],
      ['mixed', { password }],
      ['asked', { password, flags: ['-H', '-E'], executable: ['/usr/bin/sudo'] }],
      ['doer', { method: 'doas' }],
      ['doer', { method: 'doas', password }],
      ['nobody2', { method: 'su', password }],
      ['nobody2', { method: 'su', password, flags: ['-'] }],
      ['free', { method: 'su', executable: ['sudo', 'su'] }],
    ])(
      '%s becomes root by %j, and the command reads its own input alone',
      async ([user, become]) => {
        const options = { stdin: 'one\ntwo\n' };
        const { status, stdout, stderr } = await exec(
          user,
          become,
          `id -u; cat; echo "it's" >&2; exit 7`,
          options,
        );
        expect([status, `${stdout}`, `${stderr}`]).toEqual([7, '0\none\ntwo\n', "it's\n"]);
      },
    );

    test('a stream goes on after the password', async () => {
      const size = 3_000_000;
      const stdin = Readable.from([Buffer.alloc(size, 'x'), 'end']);
      const { stdout } = await exec('asked', { password }, 'wc -c', { stdin });
      expect(`${stdout}`.trim()).toBe(`${size + 3}`);
    });

    test('without an input there is none', async () => {
      expect(`${(await exec('asked', { password }, 'cat; id -un')).stdout}`).toBe('root\n');
    });

    test('root becomes somebody else without a password', async () => {
      const become = { method: 'su', user: 'free' } as const;
      expect(`${(await exec('root', become, 'id -un; cat', { stdin: 'in' })).stdout}`).toBe(
        'free\nin',
      );
    });

    test('this machine is no other: root becomes somebody else here as well', async () => {
      const become = { method: 'su', user: 'nobody', flags: ['-s', '/bin/sh'] } as const;
      const here = hostWith({ transport: 'local', become });
      await using session = await connections.connect(here);
      expect(`${(await session.exec('id -un; cat', { stdin: 'in' })).stdout}`).toBe('nobody\nin');
    });

    test('what runs as another user can be ended', async () => {
      const become = { method: 'sudo', user: 'root', password } as const;
      await using session = await connections.connect(sshd.host({ user: 'asked', become }));
      const work = shellOn(session)`echo begun; sleep 60`.nothrow();
      for await (const _ of work) break;
      await work.kill();
      expect((await work).ok).toBe(false);
    });

    test('the password is in no command line and no environment', async () => {
      const look = `pid=$$; while [ "$pid" -gt 1 ]; do
        cat "/proc/$pid/cmdline" "/proc/$pid/environ"
        pid=$(sed -n 's/^PPid:.//p' "/proc/$pid/status")
      done | grep -c 'ecret, [1]00'; set | grep -c 'ecret, [1]00'; :`;
      expect(`${(await exec('asked', { password }, look)).stdout}`).toBe('0\n0\n');
    });

    test('a password that sudo does not ask for is not even in its log of what commands read', async () => {
      const look = `cat; grep -c 'ecret, [1]00' /dev/null /run/log/logged/00/00/0*/stdin`;
      const seen = [];
      for (const stdin of ['one\n', 'two\n']) {
        seen.push(`${(await exec('logged', { password }, look, { stdin })).stdout}`);
      }
      expect(seen).toEqual([
        'one\n/dev/null:0\n/run/log/logged/00/00/01/stdin:0\n',
        'two\n/dev/null:0\n/run/log/logged/00/00/01/stdin:0\n/run/log/logged/00/00/02/stdin:0\n',
      ]);
    });

    test.for(['/usr/bin/sudo', '/usr/bin/sudo-rs'].filter(existsSync))(
      '%s counts a wrong password once',
      async (program) => {
        const work = exec('counted', { password: wrong, executable: [program] }, 'id');
        expect(await told(work)).toContain('what: The password to become another user is wrong');
        const tally = 'faillock --dir /run/faillock --user counted';
        const { stdout } = await exec('root', {}, `${tally} | grep -c 'V$'; ${tally} --reset`);
        expect(`${stdout}`).toBe('1\n');
      },
    );

    test('what keeps a user from it is told', async () => {
      const tries: [user: string, become: Partial<Become>][] = [
        ['asked', {}],
        ['asked', { password: wrong }],
        ['nobody2', {}],
        ['nobody2', { password }],
        ['tty', {}],
        ['free', { user: 'nosuch' }],
        ['free', { executable: ['nosuch'] }],
        ['asked-doer', { method: 'doas', password }],
        ['nobody2', { method: 'doas' }],
        ['doer', { method: 'doas', user: 'nosuch' }],
        ['nobody2', { method: 'su' }],
        ['nobody2', { method: 'su', password: wrong }],
        ['nobody2', { method: 'su', user: 'nosuch', password }],
        ['asked', { password: new Secret('two\nlines') }],
      ];
      const said = tries.map(([user, become]) => told(exec(user, become, 'id', { stdin: 'in' })));
      expect((await Promise.all(said)).join('\n\n')).toMatchInlineSnapshot(`
        "kind: failed
        what: A password is needed to become another user
        where: node1
        ran: sudo, by asked, to become root → exit 1
        output: sudo: a password is required
        fix: Give it with --ask-become-pass (-K), or in ansible_become_password, encrypted. Or let sudo ask for none, with visudo on the host:
          asked ALL=(root) NOPASSWD: ALL

        kind: failed
        what: The password to become another user is wrong
        where: node1
        ran: sudo, by asked, to become root → asked again
        output: Sorry, try again.
        fix: Correct ansible_become_password, or the answer to --ask-become-pass.

        kind: failed
        what: A password is needed to become another user
        where: node1
        ran: sudo, by nobody2, to become root → exit 1
        output: sudo: a password is required
        fix: Give it with --ask-become-pass (-K), or in ansible_become_password, encrypted. Or let sudo ask for none, with visudo on the host:
          nobody2 ALL=(root) NOPASSWD: ALL

        kind: failed
        what: The user may not become another user
        where: node1
        ran: sudo, by nobody2, to become root → exit 1
        output: nobody2 is not in the sudoers file.
        fix: Allow it, with visudo on the host:
          nobody2 ALL=(root) ALL

        kind: failed
        what: sudo wants a terminal
        where: node1
        ran: sudo, by tty, to become root → exit 1
        output: sudo: sorry, you must have a tty to run sudo
        fix: Let it do without, with visudo on the host:
          Defaults:tty !requiretty

        kind: failed
        what: The host has no such user to become
        where: node1
        ran: sudo, by free, to become nosuch → exit 1
        output: sudo: unknown user nosuch
        sudo: error initializing audit plugin sudoers_audit
        fix: Correct ansible_become_user, or make the user on the host.

        kind: failed
        what: The host lacks the program to become another user
        where: node1
        ran: nosuch, by free, to become root → exit 127
        output: env: 'nosuch': No such file or directory
        fix: Install sudo there, set ansible_become_method to what it has (sudo, doas or su), or log in as the user itself.

        kind: failed
        what: A password is needed to become another user
        where: node1
        ran: doas, by asked-doer, to become root → exit 1
        output: doas: Authentication required
        fix: doas takes passwords from a terminal only, and rota has none on the host. Allow it without a password, in /etc/doas.conf on the host:
          permit nopass asked-doer as root

        kind: failed
        what: The user may not become another user
        where: node1
        ran: doas, by nobody2, to become root → exit 1
        output: doas: Operation not permitted
        fix: Allow it without a password, in /etc/doas.conf on the host:
          permit nopass nobody2 as root

        kind: failed
        what: The host has no such user to become
        where: node1
        ran: doas, by doer, to become nosuch → exit 1
        output: doas: unknown user
        fix: Correct ansible_become_user, or make the user on the host.

        kind: failed
        what: A password is needed to become another user
        where: node1
        ran: su, by nobody2, to become root → exit 1
        output: Password: su: Authentication failure
        fix: Give it with --ask-become-pass (-K), or in ansible_become_password, encrypted.

        kind: failed
        what: The password to become another user is wrong
        where: node1
        ran: su, by nobody2, to become root → exit 1
        output: Password: su: Authentication failure
        fix: Correct ansible_become_password, or the answer to --ask-become-pass.

        kind: failed
        what: The host has no such user to become
        where: node1
        ran: su, by nobody2, to become nosuch → exit 1
        output: su: user nosuch does not exist or the user entry does not contain all the required fields
        fix: Correct ansible_become_user, or make the user on the host.

        kind: failed
        what: The password to become another user holds a line end
        where: node1
        fix: Correct ansible_become_password: a password is one line."
      `);
    });
  },
);

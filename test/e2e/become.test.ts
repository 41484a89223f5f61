import { beforeAll, expect, test } from 'vitest';
import { type Edits, failuresIn } from './support/failures.ts';
import { describeInLab } from './support/lab.ts';
import { ended } from './support/test-lab.ts';

const PASSWORD = "it's a $ecret";
const OTHER_NODES = /\n {8}node2:[\s\S]*(?=\n {6}vars:)/;

/** Users of node1, who log in with the lab's key. */
const USERS = `
sed -i '/pam_unix/s/$/ nodelay/' /etc/pam.d/common-auth
for user in free asked doer nobody2; do
  useradd --create-home --home-dir "/var/$user" --shell /bin/sh --password "$(openssl passwd -6 "$1")" "$user"
  mkdir "/var/$user/.ssh"
  cp /root/.ssh/authorized_keys "/var/$user/.ssh"
  chown -R "$user" "/var/$user"
done
printf '%s\\n' 'free ALL=(ALL) NOPASSWD: ALL' 'asked ALL=(ALL) ALL' >>/etc/sudoers
echo 'permit nopass doer' >/etc/doas.conf
`;

describeInLab('a user who is not root', { beginsWith: 'image', nodes: 1 }, (testLab) => {
  const on = async (script: string) => (await testLab.lab.run('node1', script)).stdout;
  const inventory = (variables: string, ...edits: Edits) =>
    testLab.inventory(
      [OTHER_NODES, ''],
      ['ansible_user: root', variables.replaceAll('\n', '\n        ')],
      ...edits,
    );
  const asked = `ansible_user: asked
ansible_become: true
ansible_become_password: ${JSON.stringify(PASSWORD)}`;

  beforeAll(async () => {
    await on(`set -- ${JSON.stringify(PASSWORD).replace('$', '\\$')}\n${USERS}`);
  });

  test('has a whole deploy done through sudo, whose password stays nowhere', async () => {
    expect((await testLab.rota('deploy', inventory(asked))).status).toBe(0);
    expect(await on('stat -c "%a %U" /var/lib/rota /run/rota /etc/keepalived')).toBe(
      '700 root\n700 root\n755 root\n',
    );
    expect(await on(`grep -rlF "it's a " /var/lib/rota /run/rota /tmp /var/log; :`)).toBe('');
  });

  test('has a run taken back, through OpenSSH’s own client', async () => {
    const path = inventory(asked, ['fall: 2', 'fall: 3']);
    const change = await testLab.rota('deploy', path, '--transport', 'openssh');
    expect(change.status, change.stdout).toBe(0);
    const rollback = await testLab.rota('rollback', path, '--transport', 'openssh');
    expect(rollback.status, rollback.stdout).toBe(0);
    expect(await on('grep -c "fall *2" /etc/keepalived/keepalived.conf')).toBe('1\n');
  });

  test('is asked for the password once, and it is not shown', async () => {
    const path = inventory('ansible_user: asked');
    const child = testLab.startOnTerminal('deploy', path, '--dry-run', '--become', '-K');
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('Password to become')) child.stdin?.write(`${PASSWORD}\r`);
    });
    const { stdout } = await ended(child);
    expect(stdout).toContain('nothing to do: node1 is as it should be');
    expect(stdout).not.toContain(PASSWORD);
  });

  test.for([
    ['free', '--become'],
    ['doer', '--become', '--become-method', 'doas'],
  ])('%s needs no password: %s', async ([user = '', ...flags]) => {
    const path = inventory(`ansible_user: ${user}`);
    const { stdout } = await testLab.rota('deploy', path, '--dry-run', ...flags);
    expect(stdout).toContain('nothing to do: node1 is as it should be');
  });

  test('and has no right to be another is told so, before anything is changed', async () => {
    const path = inventory(asked.replace('asked', 'nobody2'), ['fall: 2', 'fall: 4']);
    const run = await testLab.rota('deploy', path);
    expect([run.status, failuresIn(run, testLab)]).toMatchInlineSnapshot(`
        [
          1,
          "✖ The user may not become another user
          where  node1
          ran    sudo, by nobody2, to become root → exit 1
                 nobody2 is not in the sudoers file.
          fix    Allow it, with visudo on the host:
                   nobody2 ALL=(root) ALL",
        ]
      `);
    expect(run.stdout).toContain('nothing was changed');
  });

  test('and has no right to look at a host is told so, and of no check that fails', async () => {
    const run = await testLab.rota('verify', inventory('ansible_user: nobody2'));
    expect([run.status, failuresIn(run, testLab)]).toMatchInlineSnapshot(`
        [
          6,
          "✖ Nobody knows whether every VIP is held by the node, which has no peer. keepalived on node1: expected an answer, seen the user has no right to look at the host
          where  every VIP is held by the node, which has no peer
                 node1: Set ansible_user: root, or ansible_become: true for a user who may become root.
          fix    See that node1 answers, and run again.",
        ]
      `);
  });
});

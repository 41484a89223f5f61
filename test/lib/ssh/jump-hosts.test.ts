import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Connections } from '#lib/ssh/index.ts';
import { told } from './support/hosts.ts';
import { Sshd, whyNoSshd } from './support/sshd.ts';

const why = whyNoSshd();

describe.skipIf(why !== undefined)('ways over other hosts', () => {
  let first: Sshd;
  let second: Sshd;
  let target: Sshd;

  beforeAll(async () => {
    [first, second, target] = await Promise.all([Sshd.start(), Sshd.start(), Sshd.start()]);
  });

  afterAll(async () => {
    await Promise.all([first, second, target].map((sshd) => sshd[Symbol.asyncDispose]()));
  });

  /** An ssh_config in which `first`, `second` and `target` are these servers. */
  function configured(...lines: string[]): string {
    const hosts = Object.entries({ first, second, target }).flatMap(([name, sshd]) => [
      `Host ${name}`,
      '  Hostname 127.0.0.1',
      `  Port ${sshd.port}`,
      `  IdentityFile ${sshd.userKey.file}`,
      `  HostKeyAlias ${name}-key`,
    ]);
    const known = Object.entries({ first, second, target }).map(
      ([name, sshd]) => `${name}-key ${sshd.hostKeys['ed25519']?.publicKey}`,
    );
    const all = [
      'Host *',
      '  User root',
      `  UserKnownHostsFile ${target.knownHosts(...known)}`,
      '  GlobalKnownHostsFile none',
      '  IdentityAgent none',
    ];
    return target.scratch.file('config', [...lines, ...hosts, ...all, ''].join('\n'));
  }

  function hostOver(...lines: string[]) {
    const {
      keyFile: _,
      knownHostsFiles: __,
      port: ___,
      ...connection
    } = target.host({
      address: 'target',
      sshArguments: ['-F', configured(...lines)],
    }).connection;
    return { ...target.host(), connection };
  }

  async function port(lines: string[]): Promise<string> {
    await using session = await new Connections().connect(hostOver(...lines));
    const { stdout } = await session.exec('echo "$SSH_CONNECTION" | cut -d" " -f4');
    return stdout.toString().trim();
  }

  test.for([
    [['Host target', '  ProxyJump first']],
    [['Host target', '  ProxyJump first,second']],
    [['Host target', '  ProxyJump second', 'Host second', '  ProxyJump first']],
    [['Host target', '  ProxyCommand ssh -F CONFIG -W [%h]:%p first']],
  ])('%s', async ([lines = []]) => {
    const config = `${target.scratch.path}/config`;
    expect(await port(lines.map((line) => line.replace('CONFIG', config)))).toBe(`${target.port}`);
  });

  test('hosts behind a jump host share the login there, which ends with them', async () => {
    const connections = new Connections();
    const host = hostOver('Host target', '  ProxyJump first');
    const sessions = await Promise.all([
      connections.connect(host),
      connections.connect(host),
      connections.connect(host),
    ]);
    expect(first.sessions().length).toBe(1);
    await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
    await expect.poll(() => first.sessions().length).toBe(0);
    await using again = await connections.connect(host);
    expect((await again.exec('true')).status).toBe(0);
  });

  async function fails(...lines: string[]): Promise<string> {
    return await told(
      new Connections().connect(hostOver(...lines)),
      [target.scratch.path, 'HOME'],
      [`${first.port}`, 'FIRST'],
      [`${target.port}`, 'TARGET'],
    );
  }

  test('a jump host whose key is not known is not gone through', async () => {
    const text = await fails('Host target', '  ProxyJump first', 'Host first', '  HostKeyAlias x');
    expect(text.replace(/SHA256:\S+/, 'SHA256').replace(/AAAA[^']+/, 'KEY')).toMatchInlineSnapshot(`
      "kind: unreachable
      what: The host is not known
      where: the jump host first ([127.0.0.1]:FIRST)
      output: presented: ssh-ed25519 SHA256
      looked in: HOME/known_hosts
      fix: Compare this fingerprint with the one that the host itself shows, on its console:
        for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done
      If it is the same one, add the host:
        echo 'x ssh-ed25519 KEY' >> HOME/known_hosts"
    `);
  });

  test('a jump host that cannot reach the host', async () => {
    expect(await fails('Host target', '  Port 1', '  ProxyJump first')).toMatchInlineSnapshot(`
      "kind: unreachable
      what: The jump host cannot reach the host
      where: node1 ([127.0.0.1]:1)
      output: the jump host first ([127.0.0.1]:FIRST): (SSH) Channel open failure: Connection refused
      fix: See from there whether the host answers, and whether its sshd_config has AllowTcpForwarding:
        ssh -F HOME/config first nc -vz 127.0.0.1 1"
    `);
  });

  test('a ProxyCommand that fails, with what it said', async () => {
    expect(
      await fails('Host target', "  ProxyCommand sh -c 'echo no way to %h >&2; exit 3'"),
    ).toMatchInlineSnapshot(`
      "kind: unreachable
      what: The ProxyCommand of the host does not lead to an SSH server
      where: node1 ([127.0.0.1]:TARGET)
      output: ProxyCommand sh -c 'echo no way to 127.0.0.1 >&2; exit 3'
      no way to 127.0.0.1
      Connection lost before handshake
      fix: Try by hand:
        ssh -v -l root -F HOME/config target"
    `);
  });

  test('jump hosts that go round in a circle', async () => {
    expect(
      await fails(
        'Host target',
        '  ProxyJump first',
        'Host first',
        '  ProxyJump second',
        'Host second',
        '  ProxyJump first',
      ),
    ).toMatchInlineSnapshot(`
      "kind: unreachable
      what: Jump hosts lead to jump hosts without an end
      where: second
      output: ProxyJump first
      fix: Set ProxyJump none for the first jump host in ssh_config."
    `);
  });
});

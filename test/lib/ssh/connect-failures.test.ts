import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connections } from '#lib/ssh/index.ts';
import { hostWith, Scratch, told } from './support/hosts.ts';
import { Ssh2Server } from './support/ssh2-server.ts';

const { SSH_AUTH_SOCK } = process.env;
let scratch: Scratch;
let keyFile: string;

beforeEach(() => {
  scratch = new Scratch();
  delete process.env['SSH_AUTH_SOCK'];
  keyFile = scratch.key('user', '-t', 'ed25519').file;
});

afterEach(() => {
  scratch[Symbol.dispose]();
  Object.assign(process.env, { SSH_AUTH_SOCK });
  if (SSH_AUTH_SOCK === undefined) delete process.env['SSH_AUTH_SOCK'];
});

/** Something that listens and is no sshd. */
class Listener implements AsyncDisposable {
  readonly #sockets: Socket[] = [];
  readonly #server;

  constructor(greet: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.push(socket.on('error', () => {}));
      greet(socket);
    }).listen(0, '127.0.0.1');
  }

  async port(): Promise<number> {
    if (!this.#server.listening) await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

async function failing(connection: Parameters<typeof hostWith>[0]): Promise<string> {
  const work = new Connections().connect(
    hostWith({ keyFile, connectTimeoutMs: 30_000, ...connection }),
  );
  return await told(work, [scratch.path, 'HOME'], [`${connection.port}`, 'PORT']);
}

test('a name that does not resolve', async () => {
  const text = await failing({ address: 'node1.invalid' });
  // Which of the two depends on whether this machine has a name server to ask.
  expect(
    text
      .replace('The name server does not answer', 'The name of the host does not resolve')
      .split('\n')
      .slice(0, 3),
  ).toMatchInlineSnapshot(`
    [
      "kind: unreachable",
      "what: The name of the host does not resolve",
      "where: node1 (node1.invalid)",
    ]
  `);
});

test('a port where nobody listens', async () => {
  const listener = new Listener(() => {});
  const port = await listener.port();
  await listener[Symbol.asyncDispose]();
  expect(await failing({ port })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host refuses connections
    where: node1 ([127.0.0.1]:PORT)
    output: connect ECONNREFUSED 127.0.0.1:PORT
    fix: See on the host whether sshd listens at port PORT:
      systemctl status ssh sshd"
  `);
});

test('a network that is not reachable', async () => {
  expect(await failing({ address: '255.255.255.255' })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: There is no route to the host
    where: node1 (255.255.255.255)
    output: connect ENETUNREACH 255.255.255.255:22 - Local (0.0.0.0:0)
    fix: See the way that is taken:
      ip route get 255.255.255.255"
  `);
});

test('a listener that never says a word', async () => {
  await using listener = new Listener(() => {});
  expect(
    await failing({ port: await listener.port(), connectTimeoutMs: 300 }),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host takes the connection, but does not say a word
    where: node1 ([127.0.0.1]:PORT)
    output: gave up after 0.3 s (ansible_timeout, or ConnectTimeout in ssh_config)
    fix: A busy host may need more time: raise ansible_timeout. Else try by hand:
      ssh -v -p PORT -l root -i HOME/user -o ConnectTimeout=1 -F none 127.0.0.1"
  `);
});

test('a listener that says the first words of SSH and no more', async () => {
  await using listener = new Listener((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  expect(
    await failing({ port: await listener.port(), connectTimeoutMs: 2000 }),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The SSH handshake takes too long
    where: node1 ([127.0.0.1]:PORT)
    output: gave up after 2 s (ansible_timeout, or ConnectTimeout in ssh_config)
    fix: A busy host may need more time: raise ansible_timeout. Else try by hand:
      ssh -v -p PORT -l root -i HOME/user -o ConnectTimeout=2 -F none 127.0.0.1"
  `);
});

test('a listener that hangs up', async () => {
  await using listener = new Listener((socket) => socket.end());
  // For so long it is called again.
  expect(
    await failing({ port: await listener.port(), connectTimeoutMs: 2000 }),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host hangs up before it says a word
    where: node1 ([127.0.0.1]:PORT)
    output: Connection lost before handshake
    fix: Let sshd take more logins at once (MaxStartups in its sshd_config), or see who listens there:
      ssh-keyscan -p PORT 127.0.0.1"
  `);
});

test('a web server', async () => {
  await using listener = new Listener((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'));
  });
  expect(await failing({ port: await listener.port() })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: What answers there is not an SSH server
    where: node1 ([127.0.0.1]:PORT)
    output: it says: HTTP/1.1 400 Bad Request
    Connection: close
    Connection lost before handshake
    fix: Correct the port, or see what listens:
      ssh-keyscan -p PORT 127.0.0.1"
  `);
});

test('a listener that says something before it greets, and takes its time', async () => {
  await using listener = new Listener((socket) => socket.write('Please wait.\r\n'));
  expect(
    await failing({ port: await listener.port(), connectTimeoutMs: 2000 }),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host takes the connection, but does not greet as SSH
    where: node1 ([127.0.0.1]:PORT)
    output: it says: Please wait.
    gave up after 2 s (ansible_timeout, or ConnectTimeout in ssh_config)
    fix: A busy host may need more time: raise ansible_timeout. Else try by hand:
      ssh -v -p PORT -l root -i HOME/user -o ConnectTimeout=2 -F none 127.0.0.1"
  `);
});

test('a listener that talks nonsense without an end', async () => {
  await using listener = new Listener((socket) => socket.write('SSH-1.0-old\r\n'));
  expect(await failing({ port: await listener.port() })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: What answers there is not an SSH server
    where: node1 ([127.0.0.1]:PORT)
    output: it says: SSH-1.0-old
    Invalid identification string
    fix: Correct the port, or see what listens:
      ssh-keyscan -p PORT 127.0.0.1"
  `);
});

test('a key file that is not there', async () => {
  expect(await failing({ keyFile: '~/.ssh/missing' })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The key file is not there
    where: node1 (127.0.0.1)
    output: ~/.ssh/missing
    fix: Correct its path in the inventory, or leave it out to use your agent and usual keys."
  `);
});

test('a key file that cannot be read', async () => {
  expect(await failing({ keyFile: scratch.path })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The key file cannot be read
    where: node1 (127.0.0.1)
    output: HOME: cannot be read: EISDIR
    fix: Run as the user that owns it:
      ls -l HOME"
  `);
});

test('a key file that others can read, as with ssh', async () => {
  chmodSync(keyFile, 0o640);
  expect(await failing({ port: 2222 })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The key file can be read by others
    where: node1 ([127.0.0.1]:PORT)
    output: HOME/user: not used, as others may read it: chmod 600 (its mode is 0640)
    fix: Make it yours alone; ssh would not use it, either:
      chmod 600 HOME/user"
  `);
  const config = scratch.file('config', `IdentityFile ${keyFile}`);
  const { keyFile: _, ...connection } = hostWith({ sshArguments: ['-F', config] }).connection;
  const work = new Connections().connect({ ...hostWith({}), connection });
  expect(await told(work, [scratch.path, 'HOME'])).toMatchInlineSnapshot(`
    "kind: unreachable
    what: There is no key to log in with
    where: node1 (127.0.0.1)
    output: agent: none
    looked for: HOME/user
    HOME/user: not used, as others may read it: chmod 600 (its mode is 0640)
    fix: Name a key file in the inventory or in ssh_config, start an agent, or ask for a password (-k):
      eval "$(ssh-agent)" && ssh-add"
  `);
});

test('a key file that holds no key', async () => {
  const file = scratch.file('nonsense', 'not a key\n');
  expect(await failing({ keyFile: file })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The key file holds no private key that can be used
    where: node1 (127.0.0.1)
    output: HOME/nonsense
    fix: See what it is, and let ssh-keygen write it in OpenSSH's own format:
      ssh-keygen -lf HOME/nonsense
      ssh-keygen -p -f HOME/nonsense"
  `);
});

test.for([
  ['-t', 'ed25519'],
  ['-t', 'rsa', '-m', 'PEM'],
  ['-t', 'ecdsa', '-m', 'PKCS8'],
])('an encrypted key file: ssh-keygen %s', async (options) => {
  const { file } = scratch.key('locked', ...options, '-N', 'a passphrase');
  expect(await failing({ keyFile: file })).toBe(
    [
      'kind: unreachable',
      'what: There is no key to log in with',
      'where: node1 (127.0.0.1)',
      'output: agent: none',
      'looked for: HOME/locked',
      'HOME/locked: encrypted, and its passphrase is not known',
      'fix: Run where rota can ask for the passphrase, or let an agent hold the key:',
      '  eval "$(ssh-agent)" && ssh-add HOME/locked',
    ].join('\n'),
  );
});

test('neither a key nor an agent, or one that is gone', async () => {
  process.env['SSH_AUTH_SOCK'] = join(scratch.path, 'gone');
  const config = scratch.file('config', `IdentityFile ${scratch.path}/a\nIdentityFile ~/b/%h`);
  const { keyFile: _, ...connection } = hostWith({ sshArguments: ['-F', config] }).connection;
  const work = new Connections().connect({ ...hostWith({}), connection });
  expect(
    await told(work, [scratch.path, 'HOME'], [userInfo().homedir, '~']),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: There is no key to log in with
    where: node1 (127.0.0.1)
    output: agent: HOME/gone: nobody answers
    looked for: HOME/a, ~/b/127.0.0.1
    fix: Name a key file in the inventory or in ssh_config, start an agent, or ask for a password (-k):
      eval "$(ssh-agent)" && ssh-add"
  `);
});

test('a known_hosts file that cannot be read', async () => {
  const file = join(scratch.path, 'known_hosts');
  mkdirSync(file);
  expect(await failing({ knownHostsFiles: [file] })).toMatchInlineSnapshot(`
    "kind: unreachable
    what: A known_hosts file cannot be read
    where: HOME/known_hosts
    fix: Make it a file that you may read, or name other files in the inventory."
  `);
});

test('a host that refuses the login, with what was tried and what it would take', async () => {
  await using server = await new Ssh2Server({ refuseLogin: ['password', 'publickey'] }).listen();
  const { host } = server;
  expect(
    await told(
      new Connections().connect(host),
      [`${host.connection.port}`, 'PORT'],
      [`${host.connection.keyFile}`, 'KEY'],
    ),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The host refuses the login
    where: node1 ([127.0.0.1]:PORT)
    output: user: root
    tried: KEY
    the host takes: password, publickey
    fix: Allow the key for that user:
      ssh-copy-id -p PORT root@127.0.0.1
    Or log in with a password: -k asks for it."
  `);
});

test('a host that is slow to answer the login', async () => {
  await using server = await new Ssh2Server({ refuseLogin: 'silently' }).listen();
  const { host } = server;
  // Both sides of the handshake are to be over by then.
  const hasty = { ...host, connection: { ...host.connection, connectTimeoutMs: 5000 } };
  const folder = dirname(`${host.connection.keyFile}`);
  const volatile = [`${host.connection.port}`, 'PORT'] as [string, string];
  expect(
    await told(new Connections().connect(hasty), volatile, [folder, 'FOLDER']),
  ).toMatchInlineSnapshot(`
    "kind: unreachable
    what: The login takes too long
    where: node1 ([127.0.0.1]:PORT)
    output: gave up after 5 s (ansible_timeout, or ConnectTimeout in ssh_config)
    fix: A busy host may need more time: raise ansible_timeout. Else try by hand:
      ssh -v -p PORT -l root -i FOLDER/user -o ConnectTimeout=5 -o 'UserKnownHostsFile="FOLDER/known_hosts"' -o GlobalKnownHostsFile=none -F none 127.0.0.1"
  `);
});

test('a host that does not answer is tried as often as the inventory or ssh_config says', async () => {
  let calls = 0;
  await using listener = new Listener((socket) => {
    calls += 1;
    socket.end('no\r\n');
  });
  const port = await listener.port();
  await failing({ port, connectRetries: 1 });
  expect(calls).toBe(2);
});

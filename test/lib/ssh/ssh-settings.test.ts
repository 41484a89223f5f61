import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Connection } from '#engine/model/host.ts';
import { requestFor } from '#lib/ssh/settings-request.ts';
import { SshConfig } from '#lib/ssh/ssh-config.ts';
import type { SshSettings } from '#lib/ssh/ssh-settings.ts';
import { hostWith, Scratch, told } from './support/hosts.ts';

const { home, name } = { home: userInfo().homedir, name: userInfo().username };

async function settingsFor(config: string, connection: Partial<Connection> = {}) {
  using scratch = new Scratch();
  const file = scratch.file('config', config);
  const { port: _, user: __, ...rest } = hostWith({}).connection;
  const request = requestFor({
    ...rest,
    address: 'box',
    sshArguments: ['-F', file],
    ...connection,
  });
  const { words, ...settings } = await new SshConfig().settings(request);
  return settings;
}

const PLAIN = {
  name: 'box',
  address: 'box',
  port: 22,
  user: name,
  certificateFiles: [],
  identitiesOnly: false,
  proxyJump: undefined,
  proxyCommand: undefined,
  connectTimeoutMs: undefined,
  connectionAttempts: 1,
  serverAliveIntervalMs: 0,
  serverAliveCountMax: 3,
  strictHostKeyChecking: 'ask',
  hashKnownHosts: false,
  hostKeyAlias: undefined,
  isFromSsh: true,
};

test.for([
  ['', {}],
  [
    'Host other\n  Port 5\nHost b*x\n  Port 2222\n  Hostname %h.example.com\n  User u',
    { port: 2222, address: 'box.example.com', user: 'u' },
  ],
  ['Match originalhost box exec "test 1 = 1"\n  Port 3', { port: 3 }],
  [
    'IdentityFile ~/k\nIdentityFile "/a b/%n-%r"\nUser u\nIdentitiesOnly yes',
    { user: 'u', identitiesOnly: true, identityFiles: [`${home}/k`, '/a b/box-u'] },
  ],
  ['IdentityAgent none', { identityAgent: undefined }],
  ['IdentityAgent ~/a', { identityAgent: `${home}/a` }],
  ['IdentityAgent $NO_SUCH', { identityAgent: undefined }],
  ['ProxyJump a@b:1,c', { proxyJump: 'a@b:1,c' }],
  ['ProxyCommand nc -n %h %p %r %n %%', { proxyCommand: `nc -n box 22 ${name} box %` }],
  ['ConnectTimeout 3\nConnectionAttempts 4', { connectTimeoutMs: 3000, connectionAttempts: 4 }],
  [
    'ServerAliveInterval 1m\nServerAliveCountMax 7',
    { serverAliveIntervalMs: 60_000, serverAliveCountMax: 7 },
  ],
  [
    'UserKnownHostsFile ~/a /b/%h\nGlobalKnownHostsFile none',
    { userKnownHostsFiles: [`${home}/a`, '/b/box'], globalKnownHostsFiles: [] },
  ],
  ['StrictHostKeyChecking yes', { strictHostKeyChecking: 'yes' }],
  ['StrictHostKeyChecking off', { strictHostKeyChecking: 'no' }],
  ['StrictHostKeyChecking no', { strictHostKeyChecking: 'no' }],
  [
    'StrictHostKeyChecking accept-new\nHashKnownHosts yes',
    { strictHostKeyChecking: 'accept-new', hashKnownHosts: true },
  ],
  ['HostKeyAlias %n-key', { hostKeyAlias: '%n-key' }],
  ['CertificateFile ~/c', { certificateFiles: [`${home}/c`] }],
] as const)('ssh_config: %s', async ([config, expected]) => {
  expect(await settingsFor(config)).toEqual(expect.objectContaining({ ...PLAIN, ...expected }));
});

test('what the inventory says wins over ssh_config', async () => {
  const settings = await settingsFor('Host box\n  Port 1\n  User a\n  IdentityFile /k', {
    port: 7,
    user: 'b',
    connectTimeoutMs: 1500,
    hostKeyChecking: false,
    knownHostsFiles: ['/a b', '/50%'],
  });
  expect(settings).toMatchObject({
    port: 7,
    user: 'b',
    connectTimeoutMs: 2000,
    strictHostKeyChecking: 'no',
    userKnownHostsFiles: ['/a', 'b', '/50%'],
    globalKnownHostsFiles: [],
  });
});

test('a path with a blank in it is one path where there is such a file', async () => {
  using scratch = new Scratch();
  const file = scratch.file('known hosts', '');
  const { userKnownHostsFiles } = await settingsFor(`UserKnownHostsFile "${file}" /b`);
  expect(userKnownHostsFiles).toEqual([file, '/b']);
});

test('an address with a zone', async () => {
  expect(await settingsFor('', { address: 'fe80::1%eth0' })).toMatchObject({
    address: 'fe80::1%eth0',
  });
});

/** The ssh of this machine, with a line in a file for each time that it is run. */
async function counted<T>(scratch: Scratch, work: () => Promise<T>) {
  const { PATH } = process.env;
  const log = scratch.file('log', '');
  const ssh = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
  scratch.file('ssh', `#!/bin/sh\necho >>${log}\nexec ${ssh} "$@"\n`, 0o700);
  process.env['PATH'] = `${scratch.path}:${PATH}`;
  try {
    return { result: await work(), runs: readFileSync(log, 'utf8').length };
  } finally {
    process.env['PATH'] = PATH;
  }
}

const NAMES = [
  'web1',
  'web2',
  'web3',
  'db1',
  'db2',
  'fe80::1%eth0',
  '10.0.0.1',
  '10.0.0.2',
  'Web4',
];

test('the same question is asked once', async () => {
  using scratch = new Scratch();
  const ssh = new SshConfig();
  const request = { address: 'box', words: ['-F', 'none'] };
  const both = async () => [await ssh.settings(request), await ssh.settings({ ...request })];
  const { result, runs } = await counted(scratch, both);
  expect(result[1]).toEqual(result[0]);
  expect(runs).toBe(1);
});

test.for([
  ['', 2],
  ['Host web*\n  Port 2222\nHost * !db*\n  User u', 4],
  ['IdentityFile ~/%h-key\nProxyCommand nc %h %p\nMatch final all\n  Port 7', 2],
  ['Host db*\n  Hostname db.example.com', 4],
  ['UserKnownHostsFile ~/%h', 9],
  ['Match host web1\n  Port 3', 9],
  ['CanonicalizeHostname yes', 9],
] as const)(
  'hosts that are alike are asked for once, with the same answers: %s',
  async ([config, most]) => {
    using scratch = new Scratch();
    const words = ['-F', scratch.file('config', config)];
    const ssh = new SshConfig();
    const all = async () =>
      await Promise.all(NAMES.map((address) => ssh.settings({ address, words })));
    const { result, runs } = await counted(scratch, all);
    const own = NAMES.map(async (address) => await new SshConfig().settings({ address, words }));
    const comparable = ({ words: _, ...settings }: SshSettings) => settings;
    expect(result.map(comparable)).toEqual((await Promise.all(own)).map(comparable));
    expect(runs).toBe(most);
  },
);

test('a configuration that ssh refuses is told with the line', async () => {
  using scratch = new Scratch();
  const file = scratch.file('config', 'Host box\n  Prot 22\n');
  const work = new SshConfig().settings({ address: 'box', words: ['-F', file] });
  expect(await told(work, [scratch.path, 'HOME'])).toMatchInlineSnapshot(`
    "kind: unreachable
    what: ssh refuses its configuration
    ran: ssh -T -G -F HOME/config -- box
    output: HOME/config: line 2: Bad configuration option: prot
    HOME/config: terminating, 1 bad configuration options
    fix: Mend the line that it names, in ssh_config or in the arguments for ssh in the inventory."
  `);
});

test.for([
  [{ address: '$(touch x)' }],
  [{ address: '-oProxyCommand=x' }],
  [{ address: 'a b' }],
  [{ user: '`id`' }],
])('a name that a shell would read otherwise is refused: %o', async ([connection]) => {
  const work = new SshConfig().settings(requestFor(hostWith(connection ?? {}).connection));
  expect(await told(work)).toContain('The address or the user of the host cannot be one');
});

test('without ssh what the inventory says is done, and no more', async () => {
  const { PATH } = process.env;
  process.env['PATH'] = '/nowhere';
  try {
    const request = requestFor(
      hostWith({
        port: 7,
        keyFile: import.meta.filename,
        sshArguments: ['-o', 'UserKnownHostsFile=~/x'],
      }).connection,
    );
    const files = { user: '/nowhere/config', system: '/nowhere/ssh_config' };
    const { words, ...settings } = await new SshConfig(files).settings(request);
    expect({ ...settings, identityAgent: undefined }).toEqual({
      ...PLAIN,
      isFromSsh: false,
      name: '127.0.0.1',
      address: '127.0.0.1',
      port: 7,
      user: 'root',
      identityFiles: [import.meta.filename],
      identityAgent: undefined,
      userKnownHostsFiles: [join(home, 'x')],
      globalKnownHostsFiles: ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    });
  } finally {
    process.env['PATH'] = PATH;
  }
});

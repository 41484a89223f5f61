import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Connection } from '#engine/model/host.ts';
import { requestFor } from '#lib/ssh/settings-request.ts';
import { SshConfig } from '#lib/ssh/ssh-config.ts';
import type { SshSettings } from '#lib/ssh/ssh-settings.ts';
import { hostWith, Scratch } from './support/hosts.ts';

/** As Debian has it. */
const SYSTEM = `# The system-wide one.
Include ssh_config.d/*.conf

Host *
#   Port 22
    SendEnv LANG LC_*
    HashKnownHosts Yes
    GSSAPIAuthentication yes
`;

/** What the settings of hosts are, and how often ssh was asked for them: one that has no file to read. */
async function ask(user: string, system: string, connections: readonly Partial<Connection>[]) {
  const scratch = new Scratch();
  onTestFinished(() => scratch[Symbol.dispose]());
  const { PATH } = process.env;
  const file = scratch.file(
    'ssh',
    `#!/bin/sh\necho >>'${scratch.path}/asked'\nexec /usr/bin/ssh -F none "$@"\n`,
  );
  chmodSync(file, 0o755);
  scratch.file('asked', '');
  mkdirSync(join(scratch.path, 'ssh_config.d'));
  process.env['PATH'] = `${scratch.path}:${PATH}`;
  try {
    const config = new SshConfig({
      user: user === '' ? join(scratch.path, 'none') : scratch.file('config', user),
      system: system === '' ? join(scratch.path, 'none') : scratch.file('ssh_config', system),
    });
    const requests = connections.map((one) =>
      requestFor({ ...hostWith({}).connection, sshArguments: [], ...one }),
    );
    const settings = await Promise.all(requests.map((request) => config.settings(request)));
    return { settings, asked: readFileSync(join(scratch.path, 'asked'), 'utf8').length };
  } finally {
    process.env['PATH'] = PATH;
  }
}

test('where no ssh_config says anything, no ssh is asked, and the settings are those that it gives', async () => {
  const hosts = [
    { address: 'node1', port: 7, keyFile: import.meta.filename },
    { address: '10.77.0.11', user: 'ada', keyFile: import.meta.dirname, hostKeyChecking: false },
    { address: 'fe80::1%eth0', connectTimeoutMs: 5000, knownHostsFiles: ['/a/b'] },
    { address: 'node2', sshArguments: ['-o', 'UserKnownHostsFile=k', '-i', '/'] },
    { address: 'node3', sshArguments: ['-i', '~/'] },
  ];
  const silent = await ask('# nothing yet\n', SYSTEM, hosts);
  const asked = await ask('', '', hosts);
  expect([silent.asked, asked.asked]).toEqual([0, 5]);
  const told = asked.settings.map(({ words, identityFiles, ...settings }) => ({
    ...settings,
    hashKnownHosts: true,
    // Nothing can log in with the others.
    identityFiles: identityFiles.filter((file) => !/id_(?:dsa|xmss)$/.test(file)),
  }));
  expect(silent.settings.map(({ words, ...settings }) => settings)).toEqual(told);
});

test.for([
  ['an option of the user', 'Host *\n  Port 23\n', SYSTEM],
  ['a host of the user', 'Host node*\n', SYSTEM],
  ['an option of the system', '', `${SYSTEM}    ForwardAgent yes\n`],
  ['a file of the system that is not where it should be', '', ''],
  ['a file that includes itself', '', `Include *config\n${SYSTEM}`],
  ['a file in any folder', '', `Include */none\n${SYSTEM}`],
] as const)(
  'ssh is asked, once for hosts that are alike, because of %s',
  async ([, user, system]) => {
    const hosts = [1, 2, 3].map((number) => ({ address: `node${number}` }));
    expect((await ask(user, system, hosts)).asked).toBe(1);
  },
);

test.for([
  // The name of the socket can be told from that of another host.
  ['%C', 1],
  ['%C', 1, 'ProxyJump bastion'],
  // This one may be anything.
  ['%r@%h', 3],
] as const)(
  'where connections are kept by %s, ssh is asked %i times for three hosts',
  async ([token, times, line = '']) => {
    using scratch = new Scratch();
    const kept = `ControlMaster auto\nControlPersist 1m\nControlPath /tmp/${token}\n${line}\n`;
    const sshArguments = ['-F', scratch.file('kept', kept)];
    const hosts = [1, 2, 3].map((number) => ({ address: `node${number}`, sshArguments }));
    const { settings, asked } = await ask('', '', hosts);
    expect(asked).toBe(times);
    const alone = await Promise.all(hosts.map((host) => ask('', '', [host])));
    const socketsOf = (all: readonly SshSettings[]) =>
      all.map(({ words, ...known }) => ({ ...known, socket: words.get('controlpath') }));
    expect(socketsOf(settings)).toEqual(socketsOf(alone.flatMap((one) => one.settings)));
  },
);

test.for([
  ['-J', 'bastion'],
  ['-o', 'ProxyCommand=x'],
  ['-o', 'UserKnownHostsFile=/a/%h'],
  ['-C', 'x'],
  ['-i', '~root/'],
  ['-i', '/%h'],
  ['-o', 'StrictHostKeyChecking=No'],
  ['-o', 'IdentitiesOnly=Yes'],
])('ssh is asked what it makes of %s %s', async (sshArguments) => {
  expect((await ask('', SYSTEM, [{ address: 'node1', sshArguments }])).asked).toBeGreaterThan(0);
});

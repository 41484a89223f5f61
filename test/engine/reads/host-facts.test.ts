import { arch, networkInterfaces, totalmem } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { Output } from '#engine/model/read.ts';
import { hostFacts } from '#engine/reads/host-facts.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { countProcesses, noStrace } from '../shell/count-processes.ts';
import { runShell, SHELLS } from '../shell/shells.ts';

describe.for(SHELLS)('the facts of a host under %s', ([, shell]) => {
  test('are those of this machine', () => {
    const reads = [hostFacts];
    const [output] = splitAnswers(runShell(shell, joinReads(reads, 'mark')), 'mark', reads);
    const facts = hostFacts.parse(output as Output);
    const names = Object.entries(networkInterfaces()).filter(([name]) => name !== 'lo');
    const here = names.flatMap(([name, all = []]) =>
      all
        .filter(({ scopeid = 0 }) => scopeid === 0)
        .map(({ address, cidr }) => ({
          ...{ interface: name, address },
          prefix: Number(cidr?.split('/')[1]),
        })),
    );
    expect(facts).toMatchObject({
      architecture: arch().replace('x64', 'x86_64').replace('arm64', 'aarch64'),
      memoryBytes: totalmem(),
    });
    expect(facts.addresses).toEqual(expect.arrayContaining(here));
  });

  test.skipIf(noStrace)('take two processes, beside the one of each read', () => {
    const count = (reads: Parameters<typeof joinReads>[0]) =>
      countProcesses(shell, joinReads(reads, 'mark'));
    expect(count([hostFacts]) - 1).toBeLessThanOrEqual(2);
  });
});

test('what a host tells is taken as a shell would take it', () => {
  const stdout = `os NAME="Rocky Linux"
os ID="rocky"
os ID_LIKE="rhel centos fedora"
os VERSION_ID='9.4'
os PRETTY_NAME="Rocky \\"Linux\\" 9.4"
memory 1024
architecture aarch64
init systemd
packages dnf
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever
2: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global dynamic eth0\\       valid_lft 85s
2: eth0    inet6 fe80::2/64 scope link \\       valid_lft forever
3: wg0    inet 10.0.0.1 peer 10.0.0.2/32 scope global wg0\\       valid_lft forever
`;
  const output = { status: 0, bytes: Buffer.from(stdout), stdout, stderr: '' };
  expect(hostFacts.parse(output)).toMatchInlineSnapshot(`
    {
      "addresses": [
        {
          "address": "192.0.2.2",
          "interface": "eth0",
          "prefix": 24,
        },
        {
          "address": "10.0.0.1",
          "interface": "wg0",
          "prefix": 32,
        },
      ],
      "architecture": "aarch64",
      "init": "systemd",
      "memoryBytes": 1048576,
      "os": {
        "id": "rocky",
        "like": [
          "rhel",
          "centos",
          "fedora",
        ],
        "name": "Rocky "Linux" 9.4",
        "version": "9.4",
      },
      "packageManager": "dnf",
    }
  `);
  const none = { ...output, stdout: 'memory 1\narchitecture mips\n' };
  expect(hostFacts.parse(none)).toMatchInlineSnapshot(`
    {
      "addresses": [],
      "architecture": "mips",
      "init": "other",
      "memoryBytes": 1024,
      "os": {
        "id": "",
        "like": [],
        "name": "",
        "version": "",
      },
      "packageManager": undefined,
    }
  `);
});

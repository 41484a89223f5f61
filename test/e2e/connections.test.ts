import { beforeAll, expect, test } from 'vitest';
import { LabConnections } from './support/connections.ts';
import { describeInLab } from './support/lab.ts';

const FLAVOURS = { node1: 'debian', node2: 'dropbear', node3: 'busybox' } as const;
const ADDRESS = { control: '10.77.0.1', node1: '10.77.0.11', node2: '10.77.0.12' };
const JUMPS = [
  'Host 10.77.0.12',
  'ProxyJump 10.77.0.11',
  'Host 10.77.0.13',
  'ProxyJump 10.77.0.12',
];
const VARIABLES = '-e folder=/root -e text=TEXT -e password=unused';
const TRANSPORTS = [['ssh', []] as const, ['openssh', ['--transport', 'openssh']] as const];

describeInLab(
  'connections as ssh_config has them',
  { light: true, flavours: FLAVOURS },
  (testLab) => {
    let connections: LabConnections;
    let locked: string;

    /** node2 is reached from node1 alone, and node3 from node2. */
    beforeAll(async () => {
      connections = new LabConnections(testLab);
      locked = connections.ring({ config: JUMPS, key: connections.lockedKey() });
      const unreachable = 'ip route add unreachable';
      await testLab.lab.run('control', `${unreachable} 10.77.0.12; ${unreachable} 10.77.0.13`);
      await testLab.lab.run('node1', `${unreachable} 10.77.0.13`);
    });

    test.for(TRANSPORTS)('go over one jump host and over two, with %s', async ([, flags]) => {
      const direct = await connections.exec('node2', connections.inventory(), flags);
      expect([direct.status, direct.origins]).toEqual([4, {}]);
      const inventory = connections.inventory({ config: JUMPS });
      const { status, origins } = await connections.exec('all', inventory, flags);
      expect([status, origins]).toEqual([
        0,
        { node1: ADDRESS.control, node2: ADDRESS.node1, node3: ADDRESS.node2 },
      ]);
    });

    test('a playbook goes over jump hosts to dropbear and busybox, and finds nothing to do again', async () => {
      const inventory = connections.inventory({ config: JUMPS });
      const first = await testLab.rota('run', 'playbooks/motd.ts', inventory);
      expect([first.status, first.stderr]).toEqual([0, '']);
      expect((await testLab.lab.run('node3', 'cat /etc/motd')).stdout).toBe(
        'node3: Managed by rota.\n',
      );
      const second = await testLab.rota('run', 'playbooks/motd.ts', inventory);
      expect(second.status).toBe(0);
      expect(second.stdout).toMatch(/^node3 +ok +2 tasks$/m);
    });

    test('take keys from an agent, and say what was tried when it has none', async () => {
      await using agent = await connections.agent();
      const config = [...JUMPS, 'Host *', `IdentityAgent ${agent.socket}`, 'IdentityFile none'];
      const inventory = connections.inventory({ config, key: false });
      const { status, origins } = await connections.exec('all', inventory);
      expect([status, Object.keys(origins)]).toEqual([0, ['node1', 'node2', 'node3']]);
      agent.forgetAll();
      const refused = await connections.exec('node1', inventory);
      expect([refused.status, refused.origins]).toEqual([4, {}]);
      expect(connections.failures(refused)).toMatchInlineSnapshot(`
        "✖ There is no key to log in with
          where  node1 (10.77.0.11)
                 agent: FOLDER/agent: no keys of use
                 looked for: no key file
          fix    Name a key file in the inventory or in ssh_config, start an agent, or ask for a password (-k):
                   eval "$(ssh-agent)" && ssh-add"
      `);
    });

    test('ask once for the passphrase of a key that all hosts need', async () => {
      const inventory = connections.inventory({ config: JUMPS, key: connections.lockedKey() });
      const right = await connections.execOnTerminal('all', inventory, ['open sesame']);
      expect(right.stdout.match(/Passphrase for the key/g)).toHaveLength(1);
      expect(right.stdout).not.toContain('open sesame');
      expect([right.status, Object.keys(right.origins)]).toEqual([0, ['node1', 'node2', 'node3']]);
      const wrong = await connections.execOnTerminal('node1', inventory, ['a', 'b', 'c']);
      expect(wrong.status).toBe(4);
      expect(wrong.stdout).toContain('✖ The passphrase of the key is wrong');
    });

    // In this order: what was planned is applied, and rolled back. The nodes have no keepalived.
    test.for([
      ['run playbooks/motd.ts INVENTORY --dry-run', 2],
      [`run FILES INVENTORY ${VARIABLES} --plan-out PLAN`, 2],
      [`apply PLAN ${VARIABLES}`, 0],
      [`run FILES INVENTORY ${VARIABLES}`, 0],
      ['rollback INVENTORY --dry-run', 2],
      ['history INVENTORY', 0],
      ['unlock INVENTORY', 0],
      ['verify INVENTORY', 6],
      ['status INVENTORY', 6],
      ['drill INVENTORY', 6],
      ['deploy INVENTORY', 1],
    ] as const)('ask once for that passphrase, and log in with it: %s', async ([command, code]) => {
      const words = command
        .replace('FILES', 'test/fixtures/choosing/playbook.ts')
        .replace('INVENTORY', locked)
        .replace('PLAN', `${locked}.plan`)
        .split(' ');
      const { status, stdout } = await connections.onTerminal(words, ['open sesame']);
      expect(stdout.match(/Passphrase for the key/g)).toHaveLength(1);
      expect(stdout).not.toMatch(/unreachable|no key to log in with/);
      expect(status, stdout).toBe(code);
    });

    test('let no host steer the terminal, whatever it says of its lease and its runs', async () => {
      const about = `run=20260101T000000Z-aaaa\nowner=a\u001b[2J\u009b2J\u202e\nsince=2026\nwhat=x\n`;
      const [here, run] = ['/run/rota', '/var/lib/rota/runs/20260101T000000Z-aaaa'];
      const script = `mkdir -p ${here} ${run}; tee ${here}/lease >${run}/about`;
      await testLab.lab.run('node1', script, about);
      const inventory = connections.ring({ config: JUMPS });
      for (const words of [['history', '--json'], ['history'], ['unlock']]) {
        const [command = '', ...flags] = words;
        const { stdout, stderr } = await testLab.rota(command, inventory, ...flags);
        expect(stdout, stderr).toContain('202e');
        expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      }
    });

    test('say how to give a passphrase where there is no terminal', async () => {
      const inventory = connections.inventory({ key: connections.lockedKey() });
      const output = await connections.withoutTerminal('node1', inventory);
      expect(output.status).toBe(4);
      expect(connections.failures(output)).toMatchInlineSnapshot(`
        "✖ There is no key to log in with
          where  node1 (10.77.0.11)
                 agent: none
                 looked for: FOLDER/key
                 FOLDER/key: encrypted, and its passphrase is not known
          fix    Run where rota can ask for the passphrase, or let an agent hold the key:
                   eval "$(ssh-agent)" && ssh-add FOLDER/key"
      `);
    });

    test.for(TRANSPORTS)('refuse a host whose key has changed, with %s', async ([name, flags]) => {
      const known = connections.knownHosts((line, other) => line.replace(/ .*/, other));
      const inventory = connections.inventory({ known });
      const refused = await connections.exec('node1', inventory, flags);
      expect([refused.status, refused.origins]).toEqual([4, {}]);
      const said = connections.failures(refused);
      expect(said).toContain('✖ The host presents another key than the known one');
      if (name === 'openssh') return;
      expect(said).toMatchInlineSnapshot(`
        "✖ The host presents another key than the known one
          where  node1 (10.77.0.11)
                 presented: ssh-ed25519 SHA256:…
                 known: ssh-ed25519 SHA256:… (FOLDER/known_hosts:1)
          fix    Either the host was set up anew, or something else answers in its place. Ask who runs it, and
                 compare the fingerprints on its console. If it was set up anew, forget its old keys:
                   ssh-keygen -R 10.77.0.11 -f FOLDER/known_hosts"
      `);
      // What it says to do, and then the host is a new one.
      const [command = ''] = /^ +(ssh-keygen .*)$/m.exec(refused.stderr) ?? [];
      await testLab.lab.run('control', command);
      const config = ['Host *', 'StrictHostKeyChecking accept-new'];
      const mended = await connections.exec('node1', connections.inventory({ config, known }));
      expect([mended.status, mended.origins]).toEqual([0, { node1: ADDRESS.control }]);
    });

    test.for(TRANSPORTS)('refuse a jump host whose key is revoked, with %s', async ([, flags]) => {
      const known = connections.knownHosts((line) => `@revoked ${line}`);
      const inventory = connections.inventory({ config: JUMPS, known });
      const refused = await connections.exec('all', inventory, flags);
      expect([refused.status, refused.origins]).toEqual([4, {}]);
      expect(connections.failures(refused)).toContain('✖ The key of the host is revoked');
    });
  },
);

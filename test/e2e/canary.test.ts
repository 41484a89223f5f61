import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Vault } from 'ansible-vault';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPORT_KINDS } from '../../cli/flags/record.ts';
import { sopsFile } from '../lib/ansible-inventory/secrets/sops-file.ts';
import { filesWithLeaks, leaksIn, MARK, watchArguments } from './support/canaries.ts';
import { describeInLab } from './support/lab.ts';
import type { RotaOutput } from './support/test-lab.ts';

const PLAYBOOK = 'test/e2e/playbooks/canary.ts';
const COLLECTOR = `require('node:http').createServer((request, response) => {
  request.pipe(process.stdout, { end: false });
  request.on('end', () => response.end());
}).listen(4318, '127.0.0.1', () => console.log('listening'))`;
const PASSWORD = `${MARK}-vault-password`;
const SUDO_PASSWORD = `${MARK}-sudo-password`;

/** Who logs in with the lab's key, and may become root with a password. */
const USER = `
useradd --create-home --home-dir /var/asked --shell /bin/sh asked
echo "asked:$password" | chpasswd
mkdir /var/asked/.ssh
cp /root/.ssh/authorized_keys /var/asked/.ssh
chown -R asked /var/asked
echo 'asked ALL=(ALL) ALL' >>/etc/sudoers
`;

describeInLab('a secret', { light: true, nodes: 1 }, (testLab) => {
  let folder = '';
  let watch: ReturnType<typeof watchArguments>;
  const printed: string[] = [];
  let collector: ChildProcess;
  let collected = '';
  const vault = new Vault({ password: PASSWORD });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  /** Puts a secret into each place that an inventory has for one. `turn` is no secret. */
  function writeVariables(turn: string): void {
    const { address, name } = testLab.lab.node('node1');
    const inline = vault.encryptSync(`${MARK}-inline-${turn}`, 'prod').replaceAll('\n', '\n      ');
    write(
      'inventory.yaml',
      `all:
  hosts:
    ${name}:
      ansible_host: ${address}
  vars:
    ansible_user: asked
    ansible_become: true
    ansible_become_password: !env ROTA_CANARY_SUDO
    ansible_ssh_private_key_file: ${testLab.lab.dir}/id
    ansible_ssh_common_args: -o UserKnownHostsFile=${testLab.lab.dir}/known_hosts
    ansible_password: !env ROTA_CANARY
    turn: ${turn}
    inline: !vault |
      ${inline}
    env: !env ROTA_CANARY
    cmd: !cmd cat ${folder}/meant/cmd
    joined: "user:{{ inline }}:{{ sealed | b64encode }}@host"
`,
    );
  }

  async function rota(...args: readonly string[]): Promise<RotaOutput> {
    const passwords = ['--vault-id', `prod@${folder}/meant/password`];
    const output = await testLab.rota(...args, ...passwords);
    printed.push(output.stdout, output.stderr);
    return output;
  }

  const run = (...args: readonly string[]) =>
    rota('run', PLAYBOOK, join(folder, 'inventory.yaml'), ...args);

  beforeAll(async () => {
    folder = testLab.folder;
    mkdirSync(join(folder, 'group_vars/all'), { recursive: true });
    mkdirSync(join(folder, 'meant'));
    const identity = await generateX25519Identity();
    write('meant/keys.txt', `# ${MARK}-age-key\n${identity}\n`);
    write('meant/password', `${PASSWORD}\n`);
    write('meant/cmd', `${MARK}-cmd\n`);
    write('group_vars/all/vault.yml', vault.encryptSync(`whole: ${MARK}-whole\n`, ''));
    const recipient = await identityToRecipient(identity);
    write('group_vars/all/sops.json', await sopsFile({ sealed: `${MARK}-sops` }, recipient));
    process.env['SOPS_AGE_KEY_FILE'] = join(folder, 'meant/keys.txt');
    process.env['ROTA_CANARY'] = `${MARK}-env`;
    process.env['ROTA_CANARY_SUDO'] = SUDO_PASSWORD;
    await testLab.lab.run('node1', `password=${SUDO_PASSWORD}\n${USER}`);
    process.env['GITHUB_ACTIONS'] = 'true';
    process.env['GITHUB_STEP_SUMMARY'] = join(folder, 'summary.md');
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:4318';
    process.env['OTEL_EXPORTER_OTLP_HEADERS'] = `key=${MARK}-header`;
    const [program, ...words] = [
      ...testLab.lab.prefix('control'),
      process.execPath,
      '-e',
      COLLECTOR,
    ];
    collector = spawn(program ?? '', words);
    collector.stdout?.on('data', (chunk: Buffer) => {
      collected += chunk.toString('latin1');
    });
    if (collector.stdout) await once(collector.stdout, 'data');
    watch = watchArguments();
  });

  afterAll(() => {
    delete process.env['SOPS_AGE_KEY_FILE'];
    delete process.env['ROTA_CANARY'];
    delete process.env['ROTA_CANARY_SUDO'];
    for (const name of ['GITHUB_ACTIONS', 'GITHUB_STEP_SUMMARY']) delete process.env[name];
    for (const name of ['ENDPOINT', 'HEADERS']) delete process.env[`OTEL_EXPORTER_OTLP_${name}`];
    collector.kill();
  });

  test('is put where it belongs, by a plan that was saved', async () => {
    writeVariables('one');
    const plan = join(folder, 'plan.json');
    const dry = await run('--plan-out', plan);
    expect([dry.status, dry.stderr]).toEqual([2, '']);
    expect(dry.stdout).toContain('a key such as ••••••');
    for (const flags of [[], ['--json']]) {
      const shown = await testLab.rota('show', plan, ...flags);
      printed.push(shown.stdout, shown.stderr);
      expect(shown.status).toBe(0);
    }
    const applied = await rota('apply', plan, '-vv');
    expect([applied.status, applied.stderr]).toEqual([0, '']);
    const { stdout } = await testLab.lab.run('node1', 'cat /etc/canary.conf /etc/canary.key');
    expect(stdout).toBe(
      `turn=one\n${[
        `${MARK}-inline-one`,
        `${MARK}-whole`,
        `${MARK}-sops`,
        `${MARK}-env`,
        `user:${MARK}-inline-one:${Buffer.from(`${MARK}-sops`).toString('base64')}@host`,
      ].join('\n')}\n${MARK}-cmd`,
    );
  });

  test('is changed, looked at and refused by a host', async () => {
    writeVariables('two');
    expect((await run('--dry-run', '-vv')).status).toBe(2);
    const reports = REPORT_KINDS.flatMap((kind) => [
      '--report',
      `${kind}=${join(folder, `report.${kind}`)}`,
    ]);
    expect((await run('--json', ...reports)).status).toBe(0);
    expect(readFileSync(join(folder, 'report.markdown'), 'utf8')).toContain(
      'content: •••••• → ••••••',
    );
    const inventory = join(folder, 'inventory.yaml');
    const [explain, json] = [['--explain', 'node1'], ['--json']];
    for (const view of [['--list'], explain, json, [...explain, ...json]])
      expect((await rota('inventory', inventory, ...view)).status).toBe(0);
    expect((await rota('lint', inventory, '--playbook', PLAYBOOK, '--json')).status).toBe(0);
    expect((await rota('drill', inventory, '--json')).status).toBe(1);
    writeVariables('wrong');
    const wrong = await run();
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain('••••••');
    writeVariables('astray');
    const astray = await run();
    expect(astray.status).toBe(6);
    expect(astray.stdout).toContain('the key: expected another one, seen ••••••');
    expect((await run('--json')).status).toBe(6);
    process.env['ROTA_CANARY_SUDO'] = `${SUDO_PASSWORD}-of-yesterday`;
    const refused = await run();
    expect(refused.status).toBe(1);
    expect(refused.stdout).toContain('✖ The password to become another user is wrong');
    process.env['ROTA_CANARY_SUDO'] = SUDO_PASSWORD;
    const lost = await testLab.rota('run', PLAYBOOK, inventory);
    printed.push(lost.stdout, lost.stderr);
    expect(lost.stderr).toContain('There is no password for an encrypted value');
  });

  test('is found nowhere but in the files that are meant to hold it', async () => {
    const { seen, leaks } = await watch();
    expect(seen).toBeGreaterThan(20);
    expect(leaks).toEqual([]);
    const span = Buffer.from('a key such as ••••••').toString('latin1');
    expect(collected.includes(span)).toBe(true);
    expect([...printed, collected].flatMap(leaksIn)).toEqual([]);
    expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('content: •••••• → ••••••');
    expect(printed.join('')).toContain('••••••');
    const here = filesWithLeaks(folder).filter((path) => !/^lab\/(?!cache\/)/.test(path));
    expect(here).toEqual(['meant/cmd', 'meant/keys.txt', 'meant/password']);
    const onDisk = filesWithLeaks(testLab.lab.upper('node1'));
    const copies = onDisk.filter((path) => path.startsWith('var/lib/rota/runs/'));
    expect(onDisk.filter((path) => !copies.includes(path))).toEqual([
      'etc/canary.conf',
      'etc/canary.key',
    ]);
    // What was there before the last three runs, kept for the way back, where root alone comes to it.
    expect(copies.map((path) => path.replace(/runs\/[^/]+/, 'runs/ID'))).toEqual([
      'var/lib/rota/runs/ID/1',
      'var/lib/rota/runs/ID/1',
      'var/lib/rota/runs/ID/1',
    ]);
    const { stdout } = await testLab.lab.run(
      'node1',
      `stat -c %a /var/lib/rota /var/lib/rota/runs/*; grep -rl ${MARK} /run /tmp /dev/shm 2>/dev/null`,
    );
    expect([...new Set(stdout.trim().split('\n'))]).toEqual(['700']);
  });
});

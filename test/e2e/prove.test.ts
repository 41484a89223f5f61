import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, inject, test } from 'vitest';
import { findPlaybook } from '../../cli/find-playbook.ts';
import { load } from '../../cli/load.ts';
import { proveIn } from '../../cli/prove-in.ts';
import { describeInLab } from './support/lab.ts';
import { ended } from './support/test-lab.ts';

const PLAYBOOK = 'test/e2e/playbooks/prove-faults.ts';

/** Of what is in a folder: the machine's busybox and dropbear, and nothing else. */
const ROOT = `
mkdir -p bin sbin usr/bin usr/sbin dev proc sys run root etc lib64
cp "$(command -v busybox)" bin/busybox
chroot . /bin/busybox --install -s
cp /usr/sbin/dropbear usr/sbin
ldd usr/sbin/dropbear | grep -o '/[^ ]*' | while read -r library; do
  mkdir -p ".\${library%/*}" && cp -L "$library" ".$library"
done
echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
echo 'root:x:0:' >etc/group
echo 'root:*:::::::' >etc/shadow
echo hello >etc/motd
tar --zstd -cf ../root.tar.zst .`;

describeInLab('prove', { light: true, sealed: true, nodes: 1 }, (testLab) => {
  beforeEach(async () => await testLab.lab.renew(['node1']));

  /** What is broken, and with which tasks; or why it was not tried. */
  async function faultsFound(kinds: readonly string[]) {
    process.env['PROVE_TOKEN'] = 'cAnArY-of-prove';
    const inventory = join(testLab.folder, 'web.yaml');
    writeFileSync(inventory, 'web: { hosts: { host1: { token: !env PROVE_TOKEN } } }\n');
    const extra = JSON.stringify({ faults: kinds });
    const playbook = await findPlaybook({ command: 'run', path: PLAYBOOK });
    const loaded = await load(playbook, { sources: [inventory], extra: [extra] });
    const words = ['prove', PLAYBOOK, inventory, '-e', extra];
    // So many that one comes while a task is half done, also where all else takes longer.
    const kills = Math.ceil(8 * inject('machine').slowness);
    const about = { lab: testLab.lab, loaded, words, kills, seed: 7 };
    const { judgements } = await proveIn({ ...about, onJudged: () => {} });
    return judgements.map(({ promise, breaches, smallest, untried }) => [
      promise,
      untried ?? smallest?.tasks.join() ?? 'kept',
      ...breaches.map(({ host, what }) => `${host} ${what.replace(/ \(killed .*/, '')}`),
    ]);
  }

  test('has hosts that change nothing of this machine’s kernel but their own network', async () => {
    const tries = ['proc/sys/vm/swappiness', 'proc/sysrq-trigger', 'sys/kernel/uevent_seqnum'];
    const script = [...tries, 'proc/sys/net/ipv4/ip_forward'].map(
      (path) => `(: >>/${path}) && echo ${path}`,
    );
    const { stdout } = await testLab.lab.run(
      'node1',
      `${script.join('\n')}\ngrep CapBnd /proc/1/status`,
    );
    const [written, capabilities] = stdout.split('\nCapBnd:\t');
    // Bits 16, 22 and 25 of capabilities(7): modules, reboot, time.
    const dangerous = (1n << 16n) | (1n << 22n) | (1n << 25n);
    expect([written, BigInt(`0x${capabilities?.trim()}`) & dangerous]).toEqual([
      'proc/sys/net/ipv4/ip_forward',
      0n,
    ]);
  });

  test('finds the task that writes in a dry run, and the one that never converges', async () => {
    expect(await faultsFound(['dry run', 'unfit'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "asks and writes",
          "host1 /srv: folder that was not there",
          "host1 /srv/asked: file that was not there",
        ],
        [
          "converges",
          "never on",
          "host1 The task still differs after it was applied: state: off, not on",
        ],
        [
          "second-run",
          "the run does not converge",
        ],
        [
          "secrets",
          "the run does not converge",
        ],
        [
          "killed",
          "the run does not converge",
        ],
        [
          "undo",
          "the run does not converge",
        ],
      ]
    `);
  });

  test('finds the task that a second run changes again', async () => {
    expect(await faultsFound(['second run'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "kept",
        ],
        [
          "converges",
          "kept",
        ],
        [
          "second-run",
          "on while leased",
          "host1 on while leased: changed again",
        ],
        [
          "secrets",
          "kept",
        ],
        [
          "killed",
          "a second run changes something",
        ],
        [
          "undo",
          "kept",
        ],
      ]
    `);
  });

  test('finds the task that leaves a secret, the one that a kill leaves half done, and the one without a way back', async () => {
    expect(await faultsFound(['secrets', 'killed', 'undo'])).toMatchInlineSnapshot(`
      [
        [
          "dry-run",
          "kept",
        ],
        [
          "converges",
          "kept",
        ],
        [
          "second-run",
          "kept",
        ],
        [
          "secrets",
          "careless",
          "host1 a secret is in /srv/log",
        ],
        [
          "killed",
          "on too early",
          "host1 /srv/other-half: file that is gone",
        ],
        [
          "undo",
          "no way back",
          "host1 /etc/motd: mode 0644 and then 0600",
          "host1 /srv/stays: file that was not there",
        ],
      ]
    `);
  });

  test('holds for the tasks that write files, on a root of the user, far from the hosts of the inventory', async () => {
    const { folder } = testLab;
    mkdirSync(join(folder, 'root'));
    execFileSync('sh', ['-euc', ROOT], { cwd: join(folder, 'root') });
    let calls = 0;
    const server = createServer((socket) => {
      calls += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const real = {
      ...{
        ansible_host: '127.0.0.1',
        ansible_port: port,
        ansible_user: 'ada',
        ansible_become: true,
      },
      ansible_ssh_common_args: `-o ProxyCommand='touch ${folder}/asked'`,
    };
    const inventory = join(folder, 'real.json');
    writeFileSync(inventory, JSON.stringify({ web: { hosts: { real1: real, real2: real } } }));
    const [root, junit] = ['root.tar.zst', 'junit.xml'].map((name) => join(folder, name));
    const flags = ['--root', root, '--junit', junit, '--kills', '1', '--seed', '3'].map(String);
    const words = [
      'bin/rota.cjs',
      'prove',
      'test/e2e/playbooks/prove-tasks.ts',
      inventory,
      ...flags,
    ];
    const output = await ended(
      spawn(process.execPath, words, { env: { ...process.env, NO_COLOR: '1' } }),
    );
    server.close();
    expect(output).toMatchInlineSnapshot(`
      {
        "status": 0,
        "stderr": "",
        "stdout": "prove tasks on disposable hosts (real1, real2): 1 kill, seed 3
      ✔ the dry run writes nothing
      ✔ the run converges
      ✔ a second run changes nothing
      - no secret is left behind: not tried, the inventory has none
      ✔ a run that is killed converges when it is run again
      ✔ undo brings every byte back

      task                                           dry-run  converges  second-run  secrets  killed  undo
      /srv                                           ✔        ✔          ✔           -        ✔       ✔
      /srv/built                                     ✔        ✔          ✔           -        ✔       ✔
      /srv/app/data                                  ✔        ✔          ✔           -        ✔       ✔
      line 10.0.0.1 db in /etc/hosts                 ✔        ✔          ✔           -        ✔       ✔
      no /etc/motd                                   ✔        ✔          ✔           -        ✔       ✔
      sysctl net.ipv4.ip_forward                     ✔        ✔          ✔           -        ✔       ✔
      /srv/app/data/conf                             ✔        ✔          ✔           -        ✔       ✔
      /tmp/rota-prove-fetched/hosts from /etc/hosts  ✔        ✔          ✔           -        ✔       ✔

      prove: 5 of 5 promises that were tried hold
      ",
      }
    `);
    const touched = [join(folder, 'asked'), '/tmp/rota-prove-fetched'].filter((path) =>
      existsSync(path),
    );
    expect([calls, touched]).toEqual([0, []]);
    const xml = readFileSync(String(junit), 'utf8');
    expect([
      xml.match(/<testcase /g)?.length,
      xml.match(/<skipped /g)?.length,
      xml.match(/<failure /g),
    ]).toEqual([54, 9, null]);
  });
});

import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '#lab/lab.ts';
import { ATTACK } from '../attack.ts';
import type { Random } from './random.ts';
import { EVES, MANIFESTS, NOBODY, VICTIMS } from './world.ts';

/** Where and when a fault strikes. */
export interface Struck {
  readonly lab: Lab;
  readonly node: string;
  readonly rota: ChildProcess;
  readonly random: Random;
}

/** Something that goes wrong with a run, or with its host. */
export interface Fault {
  readonly name: string;
  /** What is there before rota starts; gives what takes it away again. */
  plant?(struck: Omit<Struck, 'rota'>): Promise<() => Promise<void>>;
  strike?(struck: Struck): Promise<void>;
  /** Whether the run must end well all the same, or must have changed nothing. */
  readonly must?: 'succeed' | 'refuse';
  readonly mayRefuseUndo?: true;
  /** Till the next run. */
  readonly mayLeaveStaged?: true;
}

/** As long as a run takes here, and a little. */
const RUN_MS = 1200;

export const FAULTS: readonly Fault[] = [
  { name: 'none', must: 'succeed' },
  { name: 'rota killed', strike: atSomeMoment(({ rota }) => rota.kill('SIGKILL')) },
  { name: 'rota interrupted', strike: atSomeMoment(({ rota }) => rota.kill('SIGINT')) },
  { name: 'connection cut', strike: atSomeMoment(cutConnections) },
  { name: 'a program killed', strike: atSomeMoment(killOne) },
  { name: 'rota stalled', strike: atSomeMoment(stall), must: 'succeed' },
  { name: 'power lost', strike: atSomeMoment(losePower), mayLeaveStaged: true },
  { name: 'something in the way', plant: plantInTheWay, must: 'refuse' },
  { name: 'links planted meanwhile', plant: startAttack, mayRefuseUndo: true },
  { name: 'disk full', plant: fillDisk },
  { name: 'a flood at login', plant: floodLogin },
  { name: 'a host that lies', plant: lie, mayRefuseUndo: true, mayLeaveStaged: true },
];

function atSomeMoment(act: (struck: Struck) => unknown): (struck: Struck) => Promise<void> {
  return async (struck) => {
    await delay(struck.random.next() * RUN_MS);
    await act(struck);
  };
}

/** As a firewall does that forgets a connection: sshd's processes of it end, and so does the line. */
async function cutConnections({ lab, node }: Struck): Promise<void> {
  await lab.run(node, "pkill -KILL -f '^sshd: root'");
}

async function killOne({ lab, node, random }: Struck): Promise<void> {
  const proc = join(lab.proc(node), 'root/proc');
  const pids = readdirSync(proc).filter((pid) => /^\d+$/.test(pid) && isOfRun(join(proc, pid)));
  if (pids.length > 0) await lab.run(node, `kill -KILL ${random.of(pids)}`);
}

/** Not the host's first process, nor the sshd that listens. */
function isOfRun(folder: string): boolean {
  try {
    const words = readFileSync(join(folder, 'cmdline'), 'utf8');
    return !folder.endsWith('/1') && words !== '' && !/listener|sshd\0?-D/.test(words);
  } catch {
    return false;
  }
}

async function stall({ rota, random }: Struck): Promise<void> {
  rota.kill('SIGSTOP');
  await delay(random.next() * 2000);
  rota.kill('SIGCONT');
}

async function losePower({ lab, node }: Struck): Promise<void> {
  await lab.kill(node);
}

async function plantInTheWay({ lab, node, random }: Omit<Struck, 'rota'>) {
  const path = random.of([`${MANIFESTS}/pod.yaml`, '/srv/campaign/a.conf']);
  const make = random.of([`mkfifo ${path}`, `mkdir ${path}`, `mknod ${path} c 1 3`]);
  await lab.run(node, `mv ${path} ${path}.aside; ${make}`);
  return async () => {
    await lab.run(node, `rm -rf ${path}; mv ${path}.aside ${path}`);
  };
}

async function startAttack({ lab, node }: Omit<Struck, 'rota'>) {
  const script = `exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups perl -e "$(cat)" ${EVES.replace(/\/conf$/, '')} ${VICTIMS}`;
  const attack = lab.run(node, script, ATTACK);
  return async () => {
    await lab.run(node, `pkill -KILL -u ${NOBODY}`);
    await attack;
    await lab.run(node, `rm -rf ${EVES}; mkdir ${EVES}; chown ${NOBODY}:${NOBODY} ${EVES}`);
  };
}

/** Room for about half of what is to be written. */
async function fillDisk({ lab, node, random }: Omit<Struck, 'rota'>) {
  const folder = '/srv/campaign';
  const size = 4096 * (2 + random.below(12));
  await lab.run(
    node,
    `cp -a ${folder} ${folder}.aside; mount -t tmpfs -o size=${size},mode=755 none ${folder}; cp -a ${folder}.aside/. ${folder}/ 2>/dev/null || umount ${folder}; rm -rf ${folder}.aside`,
  );
  return async () => {
    await lab.run(
      node,
      `mountpoint -q ${folder} || exit 0; cp -a ${folder} ${folder}.aside; umount ${folder}; rm -rf ${folder}; mv ${folder}.aside ${folder}`,
    );
  };
}

/** sshd runs it before each command, with the command's own streams. */
async function floodLogin({ lab, node, random }: Omit<Struck, 'rota'>) {
  const rc = join(lab.proc(node), 'root/etc/ssh/sshrc');
  const lines = random.of([
    'yes flood | head -n 200000',
    'head -c 3000000 /dev/zero | tr "\\\\0" x',
  ]);
  writeFileSync(rc, `${random.of([lines, `${lines} >&2`, 'echo a line; echo another >&2'])}\n`);
  return async () => rmSync(rc);
}

/** Its stat or sha256sum gives nonsense now and then. */
async function lie({ lab, node, random }: Omit<Struck, 'rota'>) {
  const folder = join(lab.proc(node), 'root/usr/local/bin');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, random.of(['stat', 'sha256sum', 'cat', 'readlink']));
  const lies = random.of([
    'head -c 300 /dev/urandom',
    'echo 0 0 0; exit 0',
    'exit 3',
    'kill -9 $PPID',
  ]);
  const name = path.slice(folder.length + 1);
  const script = `#!/bin/sh\n[ $(($$ % 7)) != 0 ] || { ${lies}; exit 0; }\nexec /usr/bin/${name} "$@"\n`;
  writeFileSync(path, script, { mode: 0o755 });
  return async () => rmSync(path);
}

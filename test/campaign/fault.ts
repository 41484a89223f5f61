import type { ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '#lab/lab.ts';
import type { Random } from '#lab/random.ts';
import { type Leavings, processes } from './outside.ts';

/** Where a fault is planted. */
export interface Place {
  readonly lab: Lab;
  readonly node: string;
  readonly random: Random;
}

/** Where and when it strikes. */
export interface Struck extends Place {
  readonly rota: ChildProcess;
  /** Resolves once rota has printed so many lines, or has ended. */
  printed(lines: number): Promise<void>;
  /** The processes that the node had before the run. */
  readonly base: ReadonlySet<string>;
  /** How many lines a run prints here, and how long it takes from one to the next, mostly. */
  readonly pace: { readonly lines: number; readonly ms: number };
}

/** Something that goes wrong with a run, or with its host. */
export interface Fault extends Leavings {
  readonly name: string;
  /** What is there before rota starts; gives what takes it away again. */
  plant?(place: Place): Promise<() => Promise<void>>;
  strike?(struck: Struck): Promise<void>;
  /** Whether the run must end well all the same, or must have changed nothing. */
  readonly must?: 'succeed' | 'refuse';
  /** Also by a signal that comes before rota heeds it. */
  readonly mayBeKilled?: true;
  /** Till the next run. */
  readonly mayLeaveStaged?: true;
}

/** What may happen to every run, wherever it is. */
export const COMMON: readonly Fault[] = [
  { name: 'none', must: 'succeed' },
  {
    ...{ name: 'rota killed', mayBeKilled: true },
    strike: atSomeMoment(({ rota }) => rota.kill('SIGKILL')),
  },
  {
    ...{ name: 'rota interrupted', mayBeKilled: true },
    strike: atSomeMoment(({ rota }) => rota.kill('SIGINT')),
  },
  { name: 'connection cut', strike: atSomeMoment(cutConnections) },
  { name: 'a program killed', strike: atSomeMoment(killOne), mayLeaveLease: true },
  { name: 'rota stalled', strike: atSomeMoment((struck) => stall(struck, 2000)), must: 'succeed' },
  { name: 'power lost', strike: atSomeMoment(losePower), mayLeaveStaged: true },
  { name: 'a flood at login', plant: floodLogin },
  {
    ...{ name: 'a host that lies', plant: lie },
    ...{ mayRefuseUndo: true, mayLeaveStaged: true, mayLeaveLease: true },
  },
];

/** By how far the run is, so that it is the same on a busy machine, and when it is tried again. */
export function atSomeMoment(act: (struck: Struck) => unknown): (struck: Struck) => Promise<void> {
  return async (struck) => {
    const { random, pace, printed } = struck;
    await printed(random.below(pace.lines + 1));
    await delay(random.next() * pace.ms);
    await act(struck);
  };
}

/** As a firewall does that forgets a connection: sshd's processes of it end, and so does the line. */
async function cutConnections({ lab, node }: Struck): Promise<void> {
  await lab.run(node, "pkill -KILL -f '^sshd: root'");
}

/** Any that the run has brought, sshd's among them. */
async function killOne({ lab, node, base, random }: Struck): Promise<void> {
  const come = [...processes(lab, node)].filter((one) => !base.has(one));
  const pids = come.map((one) => one.split(' ')[0]);
  if (pids.length > 0) await lab.run(node, `kill -KILL ${random.of(pids)}`);
}

export async function stall({ rota, random }: Struck, mostMs: number): Promise<void> {
  rota.kill('SIGSTOP');
  await delay(random.next() * mostMs);
  rota.kill('SIGCONT');
}

async function losePower({ lab, node }: Struck): Promise<void> {
  await lab.kill(node);
}

/** sshd runs it before each command, with the command's own streams. */
async function floodLogin({ lab, node, random }: Place) {
  const rc = join(lab.proc(node), 'root/etc/ssh/sshrc');
  const lines = random.of([
    'yes flood | head -n 200000',
    'head -c 3000000 /dev/zero | tr "\\\\0" x',
  ]);
  writeFileSync(rc, `${random.of([lines, `${lines} >&2`, 'echo a line; echo another >&2'])}\n`);
  return async () => rmSync(rc);
}

/** Its stat or sha256sum gives nonsense now and then. */
async function lie({ lab, node, random }: Place) {
  const folder = join(lab.proc(node), 'root/usr/local/bin');
  mkdirSync(folder, { recursive: true });
  const name = random.of(['stat', 'sha256sum', 'cat', 'readlink']);
  const lies = random.of([
    'head -c 300 /dev/urandom',
    'echo 0 0 0; exit 0',
    'exit 3',
    'kill -9 $PPID',
  ]);
  const script = `#!/bin/sh\n[ $(($$ % 7)) != 0 ] || { ${lies}; exit 0; }\nexec /usr/bin/${name} "$@"\n`;
  writeFileSync(join(folder, name), script, { mode: 0o755 });
  return async () => rmSync(join(folder, name));
}

import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Lab } from '#lab/lab.ts';

/** Nothing of rota is left on a host so long after its run: the silence of 20 s, and an undo. */
const QUIET_MS = 60_000;
const SILENCE_SECONDS = 20;

/** What a ring's nodes start and end by themselves, beside the processes in containers. */
const OF_PODS = /^(conmon|podman|crun|runc|node|keepalived|catatonit|netavark|exe|pause)/;

/** What may be left on a host for longer than a run, after something went wrong with it. */
export interface Leavings {
  /** Where others lead root elsewhere, an undo refuses to follow. */
  readonly mayRefuseUndo?: true;
  /** What gives it back may be what was killed: then it runs out. */
  readonly mayLeaveLease?: true;
}

/** The processes of a node, those of its pods aside, by number and words. */
export function processes(lab: Lab, node: string): ReadonlySet<string> {
  const proc = join(lab.proc(node), 'root/proc');
  const own = namespaceOf(proc, '1');
  const all = readdirSync(proc).filter((name) => /^\d+$/.test(name) && name !== '1');
  return new Set(all.flatMap((pid) => wordsOf(proc, pid, own)));
}

function wordsOf(proc: string, pid: string, own: string): readonly string[] {
  try {
    const name = readFileSync(join(proc, pid, 'comm'), 'utf8').trim();
    const title = readFileSync(join(proc, pid, 'cmdline'), 'utf8').replaceAll('\0', ' ');
    // sshd's first process tells in its title how many are logging in.
    const words = title.replace(/ \d+ of [\d-]+ startups/, '');
    const isOfPod = OF_PODS.test(name) || namespaceOf(proc, pid) !== own;
    return words === '' || isOfPod ? [] : [`${pid} ${words.slice(0, 200)}`];
  } catch {
    return [];
  }
}

function namespaceOf(proc: string, pid: string): string {
  return readlinkSync(join(proc, pid, 'ns/pid'));
}

/** Waits until a host has nothing of a run; what it still has when that takes too long. */
export async function leftOn(
  lab: Lab,
  node: string,
  { base, may }: { readonly base: ReadonlySet<string>; readonly may: Leavings },
): Promise<readonly string[]> {
  const until = performance.now() + QUIET_MS;
  for (;;) {
    const left = [
      ...[...processes(lab, node)].filter((one) => !base.has(one)).map((one) => `process ${one}`),
      ...leases(join(lab.proc(node), 'root/run/rota'), may),
      ...openRuns(lab, node, may),
    ];
    if (left.length === 0 || performance.now() > until) return left;
    await delay(50);
  }
}

function leases(folder: string, { mayLeaveLease }: Leavings): readonly string[] {
  const names = namesIn(folder);
  return mayLeaveLease ? names.filter((name) => isBeating(folder, name)) : names;
}

/** A heartbeat that is not older than the silence after which others may take the lease over. */
function isBeating(folder: string, name: string): boolean {
  if (!name.startsWith('alive-')) return false;
  const uptime = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
  try {
    return uptime - Number(readFileSync(join(folder, name), 'utf8')) <= SILENCE_SECONDS;
  } catch {
    return false;
  }
}

function openRuns(lab: Lab, node: string, { mayRefuseUndo }: Leavings): readonly string[] {
  const folder = join(lab.proc(node), 'root/var/lib/rota/runs');
  const states = ['armed', 'undoing', ...(mayRefuseUndo ? [] : ['undo-failed'])];
  return namesIn(folder).flatMap((run) =>
    states
      .filter((state) => existsSync(join(folder, run, state)))
      .map((state) => `run ${run} ${state}`),
  );
}

export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Every name that a manifest folder has held, as far as a look every few milliseconds sees it; `end`
 * gives those that kubelet would have read, the manifest's own aside.
 */
export function watchManifests(lab: Lab, node: string, folder: string, manifest: string) {
  const seen = new Set<string>();
  const path = join(lab.proc(node), 'root', folder);
  const timer = setInterval(() => {
    for (const name of namesIn(path)) seen.add(name);
  }, 5);
  return {
    end: () => {
      clearInterval(timer);
      return [...seen].filter((name) => !name.startsWith('.') && name !== manifest);
    },
  };
}

/** What runs write beside what they manage. `/usr` has the lies of a host. */
const IGNORED = ['/usr', '/var/lib/rota', '/var/log', '/run', '/tmp', '/dev', '/proc', '/sys'];

/** Everything that was ever written on a node's disk but for what is managed: a line each. */
export function others(upper: string, managed: readonly string[]): readonly string[] {
  const without = new Set([...IGNORED, ...managed]);
  const lines: string[] = [];
  const walk = (path: string) => {
    if (without.has(path)) return;
    const { mode, uid, gid } = lstatSync(join(upper, path));
    lines.push(`${path} ${mode.toString(8)} ${uid}:${gid} ${contentOf(join(upper, path))}`);
    if ((mode & 0o170000) !== 0o040000) return;
    for (const name of readdirSync(join(upper, path)).sort()) walk(join(path, name));
  };
  walk('/');
  return lines;
}

function contentOf(path: string): string {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return readlinkSync(path);
  return status.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
}

/** What differs between two such lists, as a breach of it. */
export function changedBeside(before: readonly string[], now: readonly string[]): string[] {
  const gone = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
  const come = now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  if (gone.length + come.length === 0) return [];
  return [['changed beside what is managed:', ...gone, ...come].join('\n  ')];
}

import { cpSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { $ } from 'zx/core';
import { Failure } from '#engine/model/failure.ts';
import { done } from './done.ts';
import { makeCertificates, makeSshKeys } from './keys.ts';
import { Lab } from './lab.ts';
import { type Namespaces, openNamespaces, SCRIPTS } from './namespaces.ts';
import { makeNetwork, makeUplink } from './network.ts';
import { powerOn } from './power.ts';
import { obstacle } from './preflight.ts';
import { unpackRoot } from './root.ts';
import type { Flavours } from './roster.ts';
import { restoreFiles } from './saved-lab.ts';
import {
  claim,
  killIfThere,
  type LabState,
  newId,
  runningState,
  startTime,
  storedState,
  storeState,
} from './state.ts';

export interface LabOptions {
  /** The folder for keys, known_hosts and the image's repository. It goes away with the lab. */
  readonly dir: string;
  /** 3 by default. */
  readonly nodes?: number;
  /** Nodes with sshd alone, and no registry: 2 MiB each. */
  readonly light?: boolean;
  /** Nodes that are no Debian with OpenSSH. */
  readonly flavours?: Flavours;
  /** The folder of a saved lab: this one begins as that one was. */
  readonly from?: string;
  /** An archive of the files that light nodes begin with, an sshd among them, in place of the machine's own. */
  readonly root?: string | undefined;
  /** Light nodes may change nothing of the machine's kernel but their own networks. */
  readonly sealed?: boolean;
  /** What the kubelet stand-in's waits are multiplied with; 1 is a real kubelet's. */
  readonly waits?: number;
  /** Gives this machine an address in the lab's network, so that its own shell reaches the nodes. */
  readonly uplink?: boolean;
  /** The lab outlives this process. Otherwise it ends with it, however that ends. */
  readonly keep?: boolean;
  /** Ends what was started so far; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Starts a lab. Whatever goes wrong on the way, nothing of it stays. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const dir = resolve(options.dir);
  const problem = await obstacle();
  if (problem !== undefined) throw problem;
  if (runningState(dir) !== undefined)
    throw new Failure('The lab is running already', { where: dir, fix: 'npm run lab -- down' });
  await removeLab(dir);
  claim(dir);
  const state = newState(options);
  storeState(dir, state);
  const namespaces = await openNamespaces(dir, state.id).catch(async (error) => {
    await removeLab(dir);
    throw error;
  });
  try {
    const running = { ...state, ...processesOf(namespaces) };
    const { root } = options;
    const rooted = root === undefined ? running : await unpackRoot(root, dir, running);
    return await furnish(dir, rooted, { namespaces, options });
  } catch (error) {
    await namespaces.end();
    // What fails after a signal fails of it.
    options.signal?.throwIfAborted();
    throw error;
  }
}

function newState(options: LabOptions): LabState {
  const { nodes = 3, light = false, sealed = false, waits = 1, flavours = {}, from } = options;
  const saved = from === undefined ? {} : { from: resolve(from) };
  return {
    id: newId(),
    keeper: 0,
    pid: 0,
    started: '',
    nodes,
    light,
    sealed,
    waits,
    flavours,
    ...saved,
  };
}

function processesOf({ pid, keeper }: Namespaces): Pick<LabState, 'keeper' | 'pid' | 'started'> {
  return { keeper, pid, started: startTime(pid) ?? '' };
}

interface Furniture {
  readonly namespaces: Namespaces;
  readonly options: LabOptions;
}

async function furnish(dir: string, state: LabState, furniture: Furniture): Promise<Lab> {
  const { namespaces, options } = furniture;
  const aborted = () => options.signal?.throwIfAborted();
  storeState(dir, state);
  const lab = new Lab(dir, state, namespaces.end);
  mkdirSync(join(dir, 'compiled'));
  if (state.from !== undefined) restoreFiles(state.from, dir);
  const isNew = !state.light && state.from === undefined;
  await Promise.all([
    makeSshKeys(dir, lab.nodes),
    makeNetwork(state.pid),
    ...(isNew ? [makeCertificates(dir), makeRepository(dir)] : []),
  ]);
  aborted();
  await Promise.all([
    powerOn(dir, state, lab.nodes),
    ...(state.light ? [] : [lab.startRegistry()]),
    ...(options.uplink === true ? [makeUplink(state.pid, state.id)] : []),
  ]);
  await giveToUser(dir);
  aborted();
  if (options.keep === true) await namespaces.keep();
  return lab;
}

/** Under sudo, the keys have to be readable to the user who calls `npm run deploy` afterwards. */
async function giveToUser(dir: string): Promise<void> {
  const { SUDO_UID: user, SUDO_GID: group } = process.env;
  if (user === undefined || group === undefined) return;
  await done('The lab could not be given to its user', $`chown -R ${user}:${group} ${dir}`);
}

/** The lab of a folder, if it runs. */
export function findLab(folder: string): Lab | undefined {
  const dir = resolve(folder);
  const state = runningState(dir);
  return state && new Lab(dir, state, () => removeLab(dir));
}

/** Ends the lab of a folder, or clears away what is left of one. */
export async function removeLab(folder: string): Promise<void> {
  const dir = resolve(folder);
  const state = storedState(dir);
  if (state === undefined) return;
  const running = runningState(dir);
  if (running !== undefined) killIfThere(running.pid);
  // The pid may be another process's by now: it is not waited for longer than a keeper takes.
  for (let tries = 0; tries < 100 && startTime(state.keeper) !== undefined; tries += 1)
    await delay(10);
  // The keeper has done it, unless it was killed.
  await done('The lab could not be cleared away', $`sh ${SCRIPTS}/clean.sh ${dir} ${state.id}`);
}

const IMAGE_SOURCES = fileURLToPath(new URL('image', import.meta.url));
const COMMITTED_AT = '2026-01-01T00:00:00Z';

/** Puts the image's sources at `keepalived/`, as a git repository whose commit id is always the same. */
async function makeRepository(dir: string): Promise<void> {
  const folder = join(dir, 'keepalived');
  cpSync(IMAGE_SOURCES, folder, { recursive: true });
  const git = $({ cwd: folder, env: gitEnvironment() });
  const what = "The image's repository could not be made";
  await done(what, git`git init -q -b main . && git add . && git commit -q -m 'Build keepalived'`);
}

/** Nothing of the user's own configuration: it could sign the commit, or run hooks. */
function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: 'lab',
    GIT_AUTHOR_EMAIL: 'lab@localhost',
    GIT_AUTHOR_DATE: COMMITTED_AT,
    GIT_COMMITTER_NAME: 'lab',
    GIT_COMMITTER_EMAIL: 'lab@localhost',
    GIT_COMMITTER_DATE: COMMITTED_AT,
  };
}

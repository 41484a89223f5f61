import { join } from 'node:path';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { openExpected, remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import type { Lab } from '#lab/lab.ts';
import { Desk, type DeskPlace } from '#prove/desk.ts';
import { Ground } from '#prove/ground.ts';
import type { Judgement, Proof } from '#prove/promises.ts';
import { prove } from '#prove/prove.ts';
import type { Loaded } from './load.ts';
import { ROOT } from './package.ts';

export interface ProveInLab<V> {
  /** With a light node for each of `nodesFor`. */
  readonly lab: Lab;
  readonly loaded: Loaded<V>;
  /** What loads the same in another process: `prove`, the playbook, the inventory, and flags. */
  readonly words: readonly string[];
  readonly kills: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  onJudged(judgement: Judgement): void;
}

/** The hosts that need a node each: the control machine is one, where it has work to do. */
export function nodesFor<V>({ playbook, members }: Loaded<V>): readonly string[] {
  const names = members.map(({ host }) => host.name);
  const isControl = playbook.local !== undefined && !names.includes(CONTROL_MACHINE.name);
  return isControl ? [...names, CONTROL_MACHINE.name] : names;
}

/** Tries what a playbook promises on the nodes of a lab. */
export async function proveIn<V>(input: ProveInLab<V>): Promise<Proof> {
  const { lab, loaded, words, signal } = input;
  const nodes = nodesFor(loaded).flatMap((host, index) => {
    const node = lab.nodes[index];
    return node === undefined ? [] : [[host, node] as const];
  });
  const addresses = Object.fromEntries(nodes.map(([host, { address }]) => [host, address]));
  const place: DeskPlace = { dir: lab.dir, addresses };
  const start = [process.execPath, join(ROOT, 'bin/rota.cjs'), ...words];
  await using ground = new Ground({
    lab,
    nodes: new Map(nodes.map(([host, { name }]) => [host, name])),
    isControl: (name) => loaded.members.every(({ host }) => host.name !== name),
    startDesk: () =>
      new Desk([...lab.prefix('control'), ...start, '--desk', JSON.stringify(place)]),
  });
  signal?.addEventListener('abort', () => void ground[Symbol.asyncDispose]());
  const hasSecrets = knowSecrets(loaded);
  return await prove({ ...input, playbook: loaded.playbook.name, ground, hasSecrets });
}

/** Makes the secrets of hosts and variables known, to be searched for; whether there are any. */
function knowSecrets<V>({ members }: Loaded<V>): boolean {
  openExpected();
  const found = members.flatMap(({ host, vars }) =>
    secretsIn([[...host.variables.values()].map(({ written }) => written), vars]),
  );
  for (const secret of found) remember(secret.reveal());
  return found.length > 0;
}

function secretsIn(value: unknown): readonly Secret[] {
  if (value instanceof Secret) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(secretsIn);
}

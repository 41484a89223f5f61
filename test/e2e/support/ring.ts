import { createHash } from 'node:crypto';
import { globSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { joinReads, newMark, splitAnswers } from '#engine/shell/batch.ts';
import { configurationMark } from '#keepalived/normalise.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import type { Lab } from '#lab/lab.ts';
import type { TestLab } from './test-lab.ts';
import { until } from './until.ts';

export const NODES = ['node1', 'node2', 'node3'];
export const HOLDERS = {
  node1: ['fd02:9a01::1'],
  node2: ['fd02:9a01::2'],
  node3: ['fd02:9a01::3'],
};
export const CONF = '/etc/keepalived/keepalived.conf';
export const MANIFEST = '/etc/kubernetes/manifests/keepalived.yaml';

/** The VIPs on each node, as its kernel has them; those of a node that is off are not known. */
export async function holders({ lab }: TestLab): Promise<Record<string, readonly string[]>> {
  const entries = NODES.map(async (node) => [node, await vipsOn(lab, node)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** Waits until each node has its own VIP, and no other. */
export async function wholeRing(testLab: TestLab): Promise<void> {
  await until(async () => isDeepStrictEqual(await holders(testLab), HOLDERS));
}

/** The guide's VIPs on one node. */
export async function vipsOn(lab: Lab, node: string): Promise<readonly string[]> {
  if (!lab.isOn(node)) return [];
  const lines = await readFile(`${lab.proc(node)}/net/if_inet6`, 'utf8');
  const vips = [...lines.matchAll(/^fd029a01(0{23}[1-9]) .* srvc0$/gm)];
  return vips.map(([, digits = '']) => `fd02:9a01::${digits.at(-1)}`);
}

/** What a node is configured with, and what its keepalived has loaded, as short names for both. */
export interface NodeState {
  readonly configured: string;
  readonly loaded: string | undefined;
  readonly manifest: string;
  /** The ends of runs that are still open: armed, or being undone. */
  readonly open: readonly string[];
  /** Names in the manifest folder. */
  readonly manifests: readonly string[];
}

async function nodeState({ lab }: TestLab, node: string): Promise<NodeState> {
  const root = `${lab.proc(node)}/root`;
  const mark = newMark();
  const said = await lab.run(node, joinReads([keepalivedProcess], mark));
  const streams = { stdout: Buffer.from(said.stdout), stderr: Buffer.from(said.stderr) };
  const [output] = splitAnswers(streams, mark, [keepalivedProcess]);
  if (output === undefined) throw new Error(`${node} gave no answer`);
  const { configuration } = keepalivedProcess.parse(output);
  const [conf, manifest] = await Promise.all(
    [CONF, MANIFEST].map((path) => readFile(root + path, 'utf8').catch(() => '')),
  );
  return {
    configured: configurationMark(conf ?? ''),
    loaded: configuration === undefined ? undefined : configurationMark(configuration),
    manifest: createHash('sha256')
      .update(manifest ?? '')
      .digest('hex')
      .slice(0, 12),
    open: openRuns({ lab }, node),
    manifests: readdirSync(join(root, dirname(MANIFEST))).toSorted(),
  };
}

/** The ends of runs that are open on a node, as its folder has them. */
export function openRuns({ lab }: Pick<TestLab, 'lab'>, node: string): readonly string[] {
  return globSync(`${lab.proc(node)}/root/var/lib/rota/runs/*/{armed,undoing}`);
}

export async function nodeStates(testLab: TestLab): Promise<readonly NodeState[]> {
  return await Promise.all(NODES.map((node) => nodeState(testLab, node)));
}

/** Edits a node's configuration by sed, and waits until its keepalived has loaded the whole of it. */
export async function loadEdited(testLab: TestLab, node: string, edit: string): Promise<void> {
  await testLab.lab.run(node, `sed -i '${edit}' ${CONF}; kill -HUP $(pgrep -o keepalived)`);
  await until(async () => {
    const { configured, loaded } = await nodeState(testLab, node);
    return loaded === configured;
  });
}

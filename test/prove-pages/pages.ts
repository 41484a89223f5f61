import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lab } from '#lab/lab.ts';
import { startLab } from '#lab/start-lab.ts';
import { load } from '../../cli/load.ts';
import { proveIn } from '../../cli/prove-in.ts';
import { BEFORE_PAGES } from '../e2e/support/before-pages.ts';
import { labPlace } from '../e2e/support/lab-place.ts';
import { TaskTrial } from '../e2e/support/task-trial.ts';
import { taskPages } from '../task-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'rota-pages-'));
const hosts = join(folder, 'hosts.json');
let plain: Lab;

beforeAll(async () => {
  writeFileSync(hosts, JSON.stringify({ all: { hosts: { node1: {} } } }));
  plain = await startLab({ dir: join(folder, 'lab'), light: true, nodes: 1 });
});
afterAll(async () => {
  await plain.down();
  rmSync(folder, { recursive: true, force: true });
});

/** A host that is down cannot be looked at: npm run vm-trials has it booted. */
const PAGES = taskPages().filter(({ name }) => name !== 'reboot');

test.for(PAGES)('$name keeps all that is promised of it', async ({ name, example }) => {
  await plain.renew(['node1']);
  const trial = new TaskTrial(labPlace(plain, 'node1', folder));
  const playbook = await trial.playbook(name, example);
  await using before = await prepared(name, trial);
  const path = join(folder, `${name}.ts`);
  const { judgements } = await proveIn({
    lab: before.lab,
    loaded: await load(playbook, { sources: [hosts], playbookFolder: folder }),
    words: ['prove', path, hosts],
    ...{ kills: 5, seed: 1, onJudged: () => {} },
  });
  await trial.end();
  const broken = judgements.flatMap(({ promise, breaches }) =>
    breaches.flatMap(({ what }) => (LEFT[name]?.test(what) ? [] : `${promise}: ${what}`)),
  );
  expect(broken).toEqual([]);
});

/** What programs that tasks call keep in memory, and no undo takes away: until the next boot, or when they want. */
const LEFT: Readonly<Record<string, RegExp>> = {
  container:
    /^\/(?:dev\/shm\/libpod_lock|run\/(?:containers|crun|libpod|netns)|proc\/sys\/net\/ipv[46]\/(?:conf|neigh)\/cni-podman0)\b/,
  unit: /^\/run\/systemd\b/,
};

/** The lab with what the example of a page finds on each new host. */
async function prepared(name: string, trial: TaskTrial) {
  const { prepare } = BEFORE_PAGES[name] ?? {};
  let end = await prepare?.(trial);
  const renew = async (nodes: readonly string[]) => {
    // On a host that goes, what is to be ended may be in use.
    await end?.().catch(() => undefined);
    await plain.renew(nodes);
    end = await prepare?.(trial);
  };
  const get = (target: Lab, key: keyof Lab) => {
    const value = target[key];
    return typeof value === 'function' ? value.bind(target) : value;
  };
  const lab = new Proxy(plain, {
    get: (target, key) => (key === 'renew' ? renew : get(target, key as keyof Lab)),
  });
  return { lab, [Symbol.asyncDispose]: async () => void (await end?.().catch(() => undefined)) };
}

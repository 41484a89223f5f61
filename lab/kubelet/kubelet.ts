import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { Exits } from './exits.ts';
import { healthy } from './health.ts';
import { Manifests } from './manifests.ts';
import type { StaticPod } from './pod.ts';
import { PodWorker } from './pod-worker.ts';
import { endContainer, type Started, survivors } from './podman.ts';

/**
 * Stands in for the static-pod side of kubelet. Its argument multiplies its waits. It is a program,
 * and no other module imports it: what it keeps is the process's.
 */
process.title = 'kubelet';

const waits = Number(process.argv[2] ?? 1);
const RESCAN_SECONDS = 20;
/** A new pod of a name whose old one is still there is queued again for this long, and up to half more. */
const REQUEUE_SECONDS = 10;

const workers = new Map<string, PodWorker>();
const busy = new Set<string>();
// Before it is asked which containers run: none ends unseen.
const exits = new Exits();
const left = await survivors();
let started = false;
const manifests = new Manifests(
  () => {
    if (started) reconcile();
  },
  RESCAN_SECONDS * 1000 * waits,
);
for (const [name, pod] of wanted()) adopt(name, pod);
for (const container of left.values()) void endOrphan(container);
started = true;
reconcile();
tell();
createServer(healthy('kubelet')).listen(10248, '127.0.0.1', () => {
  writeFileSync('/run/lab/kubelet.ready', '');
  flushCompileCache();
});

function wanted(): ReadonlyMap<string, StaticPod> {
  return new Map(manifests.pods.map((pod) => [pod.fullName, pod]));
}

function adopt(name: string, pod: StaticPod): void {
  const adopted = left.get(pod.uid);
  if (adopted === undefined) return;
  workers.set(name, new PodWorker(pod, { exits, waits, adopted }));
  left.delete(pod.uid);
}

/** A container whose manifest went or changed while no kubelet was there to see it. */
async function endOrphan(container: Started): Promise<void> {
  const [, , podName, namespace] = container.name.split('_');
  const name = `${podName}_${namespace}`;
  busy.add(name);
  await endContainer(container.name, 30);
  busy.delete(name);
  tell();
  reconcile();
}

function reconcile(): void {
  const pods = wanted();
  for (const name of new Set([...pods.keys(), ...workers.keys()])) {
    if (!busy.has(name)) void settle(name);
  }
}

/** Brings one name to what is wanted of it; what changes meanwhile is looked at again at the end. */
async function settle(name: string): Promise<void> {
  busy.add(name);
  tell();
  const worker = workers.get(name);
  const pod = wanted().get(name);
  if (worker !== undefined && worker.pod.uid !== pod?.uid) {
    await worker.stop();
    workers.delete(name);
    // The new one came while the old one was there: it goes back into the queue.
    if (wanted().get(name) !== undefined) {
      const seconds = REQUEUE_SECONDS * (1 + Math.random() / 2);
      console.error(`kubelet: ${name}: queued again for ${Math.round(seconds)} s`);
      await delay(seconds * 1000 * waits);
    }
  }
  const now = wanted().get(name);
  if (now !== undefined && !workers.has(name))
    workers.set(name, new PodWorker(now, { exits, waits }));
  busy.delete(name);
  tell();
  if (workers.get(name)?.pod.uid !== wanted().get(name)?.uid) void settle(name);
}

/** The pods that it has, or is ending, for whoever waits for it: a real one has its API. */
function tell(): void {
  writeFileSync('/run/lab/kubelet.pods', [...new Set([...workers.keys(), ...busy])].join('\n'));
}

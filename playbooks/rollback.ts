import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import {
  type Playbook,
  playbook,
  type RingNode,
  type Rollout,
  type TaskContext,
} from '#engine/model/playbook.ts';
import { rollbackOf } from '#engine/model/run-record.ts';
import type { Task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { type PreImage, preImages } from '#engine/reads/runs.ts';
import { CONFIGURATION, MANIFEST, manifestPath, mountOf } from '#keepalived/files.ts';
import { instancesOf } from '#keepalived/instances.ts';
import { nodeChange, type Wanted } from '#keepalived/node-change.ts';
import { configurationIn, parseConfig } from '#keepalived/parse-config.ts';
import { planDrain } from '#keepalived/plan-drain.ts';
import { planRing } from '#keepalived/plan-ring.ts';
import { DRAINED_PATH, drainedBy } from '#keepalived/reads/drained.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';
import { staticPod } from '#tasks/containers/static-pod.ts';
import { absent } from '#tasks/files/absent.ts';
import { file } from '#tasks/files/file.ts';
import { configurationCheck } from '#tasks/keepalived/configuration.ts';
import { configurationLoaded } from '#tasks/keepalived/configuration-loaded.ts';
import { drainNote } from '#tasks/keepalived/drained.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { podRuns } from '#tasks/keepalived/pod.ts';
import { rootAccess } from '#tasks/keepalived/requirements.ts';
import { ringReady, ringStep } from '#tasks/keepalived/vips-held-once.ts';
import { runInForce } from '#tasks/run-in-force.ts';
import { noText, recordsIn, takenBack } from './before-rota.ts';
import { controllers, inRings } from './ring.ts';

/**
 * Puts back what a run wrote over, as a rolling change with the gates of any other. `leaving` are nodes on
 * which keepalived first came with the run: those of a ring to which it gave what services had before.
 */
export function rollback(run: string, leaving: ReadonlySet<string>): Playbook<KeepalivedVars> {
  return playbook<KeepalivedVars>({
    name: rollbackOf(run),
    ...controllers,
    prepare: (node) => [
      drainNote(),
      rootAccess(),
      runInForce(run, [CONFIGURATION, manifestPath(node), ...recordsIn(node.facts, run)]),
    ],
    tasks: (node) => {
      if (leaving.has(node.host.name)) return takenBack(node, run);
      const images = node.facts.get(preImages(run)) ?? [];
      // What is left of a configuration in a phase may be nothing, with which keepalived does not run.
      const { instances } = parseConfig(phaseText(node, run));
      const isAway = node.meanwhile.size > 0 && instances.length === 0;
      const now = images.filter(({ path }) => !isAway || path !== manifestPath(node));
      const files = now.map((image) => putBack(node, image, run));
      return [...files, ...(isAway ? [noPod(node)] : settledWith(node, run))];
    },
    rollout: rolloutOf(run, leaving),
    verify: (members, { options }) =>
      ringsOf(members)
        .filter((ring) => !ring.every(({ host }) => leaving.has(host.name)))
        .map((ring) => ringReady(ring, options)),
  });
}

/** A ring that would have no node left goes as nodes go that are drained; what leaves need not run. */
function rolloutOf(run: string, leaving: ReadonlySet<string>): Rollout<KeepalivedVars> {
  return {
    ...inRings((ring, options) =>
      ring.every(({ host }) => leaving.has(host.name))
        ? planDrain(ring, options)
        : planRing(
            ring.map((node) =>
              nodeChange(node, leaving.has(node.host.name) ? NOTHING : wantedOf(node, run)),
            ),
            options,
          ),
    ),
    gate: (step) => ringStep({ ...step, done: step.done.filter((name) => !leaving.has(name)) }),
  };
}

/** What a node that leaves its ring is to have. */
const NOTHING: Wanted = {
  configuration: '',
  isOtherPod: true,
  mark: '',
  reloadable: true,
  drained: undefined,
};

type Answered = Pick<RingNode<KeepalivedVars>, 'facts'>;

function putBack(node: TaskContext<KeepalivedVars>, image: PreImage, run: string): Task {
  const { path } = image;
  if (image.type === 'absent') {
    if (path === manifestPath(node) && hasMark(node, run)) throw broughtBack(node.host.name);
    if (path === CONFIGURATION || path === manifestPath(node)) throw firstRun(node.host.name);
    return absent({ path });
  }
  if (image.type === 'other') throw noText(path);
  const { content, mode, owner } = image;
  if (path === manifestPath(node)) {
    const folder = node.vars.keepalived_manifest_dir;
    return staticPod({ folder, name: MANIFEST, manifest: content });
  }
  const body = path === CONFIGURATION ? phaseText(node, run) : content;
  return file({ path, body, mode, owner, ...checkOf(node, path, run) });
}

function checkOf(node: TaskContext<KeepalivedVars>, path: string, run: string) {
  if (path !== CONFIGURATION) return {};
  const { image, mark } = podIn(wantedText(node, manifestPath(node), run));
  // Off duty there is no pod, and so no image to check with: what brings it back on duty does.
  if (image === '') return {};
  const instances = instancesOf(phaseText(node, run), node);
  return { check: configurationCheck({ image, mark, vars: node.vars, instances }) };
}

/** What runs is of the files that are put back, once they are. */
function settledWith(node: TaskContext<KeepalivedVars>, run: string): readonly Task[] {
  const manifest = manifestPath(node);
  const paths = imagesOf(node.facts, run).map(({ path }) => path);
  const isConcerned = paths.includes(CONFIGURATION) || paths.includes(manifest);
  if (!isConcerned || wantedText(node, manifest, run) === '') return [];
  return [
    podRuns({ mark: podIn(wantedText(node, manifest, run)).mark, manifest }),
    configurationLoaded({
      path: CONFIGURATION,
      configuration: phaseText(node, run),
      manifest,
      mount: mountOf(node),
    }),
  ];
}

function wantedOf(node: RingNode<KeepalivedVars>, run: string): Wanted {
  const manifest = manifestPath(node);
  const wanted = wantedText(node, manifest, run);
  return {
    configuration: wantedText(node, CONFIGURATION, run),
    isOtherPod: wanted !== textOf(node.facts, manifest),
    mark: podIn(wanted).mark,
    reloadable: mountOf(node) === 'directory',
    drained: isDrainIn(node, run) ? undefined : node.facts.find(drainedBy),
  };
}

/** A file as it will be: as it was before the run, or as it is where the run did not touch it. */
function wantedText({ facts }: Answered, path: string, run: string): string {
  const image = imagesOf(facts, run).find((one) => one.path === path);
  return image?.type === 'file' ? image.content : textOf(facts, path);
}

/** The configuration as it will be after the phase. */
function phaseText(node: TaskContext<KeepalivedVars>, run: string): string {
  return configurationIn(wantedText(node, CONFIGURATION, run), node.meanwhile);
}

function textOf(facts: Answers, path: string): string {
  return textIn(facts.find(fileAt(path))) ?? '';
}

function imagesOf(facts: Answers, run: string): readonly PreImage[] {
  return facts.find(preImages(run)) ?? [];
}

/** Whether the run took the node off duty. */
function isDrainIn({ facts }: Answered, run: string): boolean {
  return imagesOf(facts, run).some(({ path, type }) => path === DRAINED_PATH && type === 'absent');
}

/** Whether the node was drained before the run. */
function hasMark({ facts }: Answered, run: string): boolean {
  return imagesOf(facts, run).some(({ path, type }) => path === DRAINED_PATH && type === 'file');
}

/** What a manifest of ours says of its pod. */
function podIn(manifest: string): { readonly image: string; readonly mark: string } {
  const [, image = ''] = /^ +image: (\S+)$/m.exec(manifest) ?? [];
  const [, mark = ''] = /name: ROTA_POD\n +value: "([0-9a-f]*)"/.exec(manifest) ?? [];
  return { image, mark };
}

function firstRun(host: string): Failure {
  return new Failure('The run was the first on this host, so that nothing is left to go back to', {
    where: host,
    fix: 'npm run remove takes keepalived off a node.',
  });
}

function broughtBack(host: string): Failure {
  return new Failure('The run brought a node back on duty, which a rollback does not take back', {
    where: host,
    fix: `To take it off duty: npm run drain -- INVENTORY ${host}`,
  });
}

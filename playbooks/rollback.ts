import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import {
  type Playbook,
  playbook,
  type RingNode,
  type TaskContext,
} from '#engine/model/playbook.ts';
import { rollbackOf } from '#engine/model/rolled-back.ts';
import type { Task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { type PreImage, preImages } from '#engine/reads/pre-images.ts';
import { course } from '#keepalived/course.ts';
import { onDuty } from '#keepalived/duty.ts';
import { ringInstances } from '#keepalived/instances.ts';
import { DRAINED_PATH } from '#keepalived/reads/drained.ts';
import { rings } from '#keepalived/ring.ts';
import { factOf, type Wanted } from '#keepalived/standing.ts';
import { KeepalivedVars, PREFIXES } from '#keepalived/vars.ts';
import { configurationCheck } from '#tasks/configuration-check.ts';
import { configurationLoaded } from '#tasks/configuration-loaded.ts';
import { noteDuty } from '#tasks/drained.ts';
import { file } from '#tasks/file.ts';
import { noFile } from '#tasks/no-file.ts';
import { podRuns } from '#tasks/pod-running.ts';
import { requireRoot } from '#tasks/requirements.ts';
import { requireStanding } from '#tasks/run-standing.ts';
import { staticPod } from '#tasks/static-pod.ts';
import { ringReady, ringStep } from '#tasks/vips-held-once.ts';
import { watchVips } from '#tasks/watch-vips.ts';
import { mountOf } from './mount.ts';
import { manifestOf } from './off-duty.ts';
import { CONFIGURATION, MANIFEST } from './paths.ts';

/** Puts back what a run wrote over, as a rolling change with the gates of any other. */
export function rollback(run: string): Playbook<KeepalivedVars> {
  return playbook<KeepalivedVars>({
    name: rollbackOf(run),
    hosts: 'controllers',
    vars: KeepalivedVars,
    prefixes: PREFIXES,
    prepare: (node) => [
      noteDuty(),
      requireRoot(),
      requireStanding(run, [CONFIGURATION, manifestOf(node)]),
    ],
    tasks: (node) => {
      const images = node.facts.get(preImages(run)) ?? [];
      return [...images.map((image) => putBack(node, image, run)), ...settledWith(node, run)];
    },
    rollout: {
      serial: 1,
      rings,
      course: (ring, options) =>
        course({
          ring: ring.map((node) => (isDrainIn(node, run) ? onDuty(node) : node)),
          options,
          wantedOf: (node) => wantedOf(node, run),
        }),
      ready: ringReady,
      gate: ringStep,
      watch: watchVips,
    },
    verify: (members, { options }) =>
      rings(members).map((ring) =>
        ringReady(
          members.filter(({ host }) => ring.includes(host.name)),
          options,
        ),
      ),
  });
}

type Node = Pick<RingNode<KeepalivedVars>, 'host' | 'vars' | 'members' | 'facts'>;

function putBack(node: TaskContext<KeepalivedVars>, image: PreImage, run: string): Task {
  const { path } = image;
  if (image.type === 'absent') {
    if (path === manifestOf(node) && hasMark(node, run)) throw broughtBack(node.host.name);
    if (path === CONFIGURATION || path === manifestOf(node)) throw firstRun(node.host.name);
    return noFile(path);
  }
  const { content: body, mode, owner } = image;
  if (path === manifestOf(node)) {
    const folder = node.vars.keepalived_manifest_dir;
    return staticPod({ folder, name: MANIFEST, manifest: body });
  }
  return file({ path, body, mode, owner, ...checkOf(node, path, run) });
}

function checkOf(node: TaskContext<KeepalivedVars>, path: string, run: string) {
  if (path !== CONFIGURATION) return {};
  const { image, mark } = podIn(wantedText(node, manifestOf(node), run));
  // Off duty there is no pod, and so no image to check with: what brings it back on duty does.
  if (image === '') return {};
  const instances = ringInstances(node, node.members);
  return { check: configurationCheck({ image, mark, vars: node.vars, instances }) };
}

/** What runs is of the files that are put back, once they are. */
function settledWith(node: TaskContext<KeepalivedVars>, run: string): readonly Task[] {
  const manifest = manifestOf(node);
  const paths = imagesOf(node.facts, run).map(({ path }) => path);
  const isConcerned = paths.includes(CONFIGURATION) || paths.includes(manifest);
  if (!isConcerned || wantedText(node, manifest, run) === '') return [];
  return [
    podRuns({ mark: podIn(wantedText(node, manifest, run)).mark, manifest }),
    configurationLoaded({
      path: CONFIGURATION,
      configuration: wantedText(node, CONFIGURATION, run),
      manifest,
      mount: mountOf(node),
    }),
  ];
}

function wantedOf(node: Node, run: string): Wanted {
  const manifest = manifestOf(node);
  const wanted = wantedText(node, manifest, run);
  return {
    configuration: wantedText(node, CONFIGURATION, run),
    isOtherPod: wanted !== textOf(node.facts, manifest),
    mark: podIn(wanted).mark,
    reloadable: mountOf(node) === 'directory',
  };
}

/** A file as it will be: as it was before the run, or as it is where the run did not touch it. */
function wantedText({ facts }: Node, path: string, run: string): string {
  const image = imagesOf(facts, run).find((one) => one.path === path);
  return image?.type === 'file' ? image.content : textOf(facts, path);
}

function textOf(facts: Node['facts'], path: string): string {
  const there = factOf(facts, fileAt(path));
  return there?.type === 'file' ? there.content : '';
}

function imagesOf(facts: Answers | Failure, run: string): readonly PreImage[] {
  return factOf(facts, preImages(run)) ?? [];
}

/** Whether the run took the node off duty. */
function isDrainIn({ facts }: Node, run: string): boolean {
  return imagesOf(facts, run).some(({ path, type }) => path === DRAINED_PATH && type === 'absent');
}

/** Whether the node was drained before the run. */
function hasMark({ facts }: Node, run: string): boolean {
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

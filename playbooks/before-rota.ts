import type { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { TaskContext } from '#engine/model/playbook.ts';
import type { Task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { type PreImage, preImages } from '#engine/reads/runs.ts';
import { manifestPath } from '#keepalived/files.ts';
import { DRAINED_PATH } from '#keepalived/reads/drained.ts';
import { ringsOf } from '#keepalived/ring.ts';
import type { KeepalivedVars, Node } from '#keepalived/vars.ts';
import { absent } from '#tasks/files/absent.ts';
import { file } from '#tasks/files/file.ts';
import { noPod } from '#tasks/keepalived/no-pod.ts';
import { givenBack, unitOf } from '#tasks/keepalived/taken-over.ts';

/** Whether a run took services over, by the paths that it wrote. */
export function tookServices(paths: readonly string[]): boolean {
  return paths.some((path) => unitOf(path) !== undefined);
}

/**
 * The nodes of a ring for which a run took services over, and to which keepalived first came with it: to go
 * back is to leave the ring. `images` are, by node, what the run wrote over.
 */
export function leavingWith(
  images: ReadonlyMap<string, readonly PreImage[]>,
  members: readonly Node[],
): ReadonlySet<string> {
  const of = ({ host }: Node) => images.get(host.name) ?? [];
  return new Set(
    ringsOf(members)
      .filter((ring) => tookServices(ring.flatMap(of).map(({ path }) => path)))
      .flatMap((ring) => ring.filter((node) => isFirst(node, of(node))))
      .map(({ host }) => host.name),
  );
}

/** The pod of a node that had been drained was only away. */
function isFirst(node: Node, images: readonly PreImage[]): boolean {
  const had = (path: string) => images.find((image) => image.path === path)?.type;
  return had(manifestPath(node)) === 'absent' && had(DRAINED_PATH) !== 'file';
}

/** No pod, and all that it came for as it was; a service that was stopped for it runs again at last. */
export function takenBack(node: TaskContext<KeepalivedVars>, run: string): readonly Task[] {
  const images = node.facts.find(preImages(run)) ?? [];
  const files = images.filter(({ path }) => path !== manifestPath(node));
  const services = recordsIn(node.facts, run).flatMap((path) => {
    const [unit, record] = [unitOf(path), textIn(node.facts.find(fileAt(path)))];
    return unit === undefined || record === undefined ? [] : [givenBack(unit, record)];
  });
  return [noPod(node), ...files.map(asBefore), ...services];
}

function asBefore(image: PreImage): Task {
  const { path } = image;
  if (image.type === 'absent') return absent({ path });
  if (image.type === 'other') throw noText(path);
  return file({ path, body: image.content, mode: image.mode, owner: image.owner });
}

/** The failure of what a task would not put back as it was. */
export function noText(path: string): Failure {
  return new Failure(
    'What the run wrote over is no text file, which a rollback does not put back',
    {
      where: path,
      fix: 'It is on the host, in the folder of the run below /var/lib/rota/runs: copy it back by hand.',
    },
  );
}

/** The records of services that a run took over on a host. */
export function recordsIn(facts: Answers, run: string): readonly string[] {
  const paths = (facts.find(preImages(run)) ?? []).map(({ path }) => path);
  return paths.filter((path) => unitOf(path) !== undefined);
}

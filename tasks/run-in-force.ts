import { Failure } from '#engine/model/failure.ts';
import { runsInForce } from '#engine/model/run-record.ts';
import { requirement, type Task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { preImages, runs } from '#engine/reads/runs.ts';

/**
 * A run can be rolled back on this host: nothing that came later has written over the same files.
 * Asks for its pre-images, too, and for what is at `paths` now. A host that does not know the run has
 * nothing to do.
 */
export function runInForce(run: string, paths: readonly string[]): Task {
  return requirement({
    title: `run ${run} can be rolled back`,
    reads: {
      known: runs,
      images: preImages(run),
      ...Object.fromEntries(paths.map((path) => [path, fileAt(path)])),
    },
    check: ({ known, images }) => {
      const written = images.map(({ path }) => path);
      const later = runsInForce(known).find(
        (record) => record.run > run && record.paths.some((path) => written.includes(path)),
      );
      if (later !== undefined) throw overwritten(later.run);
    },
  });
}

function overwritten(later: string): Failure {
  return new Failure('A later run has changed the same files', {
    ran: `run ${later}`,
    fix: `Roll that one back first: npm run rollback -- INVENTORY ${later}`,
  });
}

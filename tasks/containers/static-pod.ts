import { Failure } from '#engine/model/failure.ts';
import { like, PATH, requireOptions } from '#engine/model/options.ts';
import type { Text } from '#engine/model/secret.ts';
import type { Pending } from '#engine/model/state.ts';
import { requiring, type Task } from '#engine/model/task.ts';
import { fileAt } from '#engine/reads/file.ts';
import { BODY, file } from '../files/file.ts';

export interface StaticPodOptions {
  /** The folder that kubelet watches: staticPodPath of its configuration. */
  readonly folder: string;
  /** The manifest's name in it. */
  readonly name: string;
  readonly manifest: Text | Pending;
}

/**
 * A static pod's manifest. Its folder is kubelet's: a missing one is an error, never made. kubelet
 * reads all of it but dot-files, so that nothing else is ever put there.
 */
export function staticPod(options: StaticPodOptions): Task {
  const { folder, name, manifest } = options;
  requireOptions(`static pod ${name}`, options, {
    ...{ folder: PATH, manifest: BODY },
    name: like(/^[^./\s][^/\s]*$/, 'the name of a file that begins with no dot'),
  });
  const manifestFile = file({ path: `${folder}/${name}`, body: manifest, mode: '0600' });
  return requiring(manifestFile, { watched: fileAt(folder) }, ({ watched }) => {
    if (watched.type !== 'folder') throw noFolder(folder);
  });
}

function noFolder(folder: string): Failure {
  return new Failure('The folder for static pods is not there', {
    ran: folder,
    fix: 'Set keepalived_manifest_dir to the staticPodPath of the kubelet’s configuration.',
  });
}

import { resolve } from 'node:path';
import type { TaskContext } from '#engine/model/playbook.ts';
import { builtImage, type ImageSource } from '#engine/reads/image-source.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** Where the image of a node comes from, by its variables. */
export function imageSourceOf(vars: KeepalivedVars): ImageSource {
  return {
    repository: repositoryOf(vars),
    ref: vars.image_ref,
    name: vars.image_name,
    registry: vars.image_registry,
    certificates: vars.image_registry_certs,
  };
}

/** Of a path of this machine the whole: what is kept of the image is kept by it, for all folders. */
function repositoryOf(vars: KeepalivedVars): string | undefined {
  const { image_repository: repository, image_build_host: buildHost } = vars;
  const isPath = repository !== undefined && !/^[^/]*:/.test(repository);
  return isPath && buildHost === undefined ? resolve(repository) : repository;
}

/** The host that images are built on; undefined: the control machine. */
export function buildHostOf(nodes: readonly Node[]): string | undefined {
  return nodes[0]?.vars.image_build_host;
}

/** The sources of all nodes, each once. */
export function imageSourcesOf(nodes: readonly Node[]): readonly ImageSource[] {
  const sources = nodes.map(({ vars }) => imageSourceOf(vars));
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

/** Where the image of a node comes from, and how far it has come. */
export function imageOf({ vars, local }: Pick<TaskContext<KeepalivedVars>, 'vars' | 'local'>) {
  const source = imageSourceOf(vars);
  return { source, image: local.get(builtImage(source)) };
}

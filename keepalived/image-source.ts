import type { TaskContext } from '#engine/model/playbook.ts';
import { builtImage, type ImageSource } from '#engine/reads/image-source.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** Where the image of a node comes from, by its variables. */
export function imageSourceOf(vars: KeepalivedVars): ImageSource {
  return {
    repository: vars.image_repository,
    ref: vars.image_ref,
    name: vars.image_name,
    registry: vars.image_registry,
    certificates: vars.image_registry_certs,
  };
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

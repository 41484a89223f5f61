import { resolve } from 'node:path';
import type { ImageSource } from '#engine/reads/image-source.ts';
import type { KeepalivedVars } from '#keepalived/vars.ts';

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
export function buildHostOf(
  nodes: readonly { readonly vars: KeepalivedVars }[],
): string | undefined {
  return nodes[0]?.vars.image_build_host;
}

/** The sources of all nodes, each once. */
export function imageSourcesOf(
  nodes: readonly { readonly vars: KeepalivedVars }[],
): readonly ImageSource[] {
  const sources = nodes.map(({ vars }) => imageSourceOf(vars));
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

import { named, originOf, type Problem } from './problem.ts';
import type { Node } from './vars.ts';

/** A build host that the image cannot get away from, or that not all nodes name. */
export function lintImage(members: readonly Node[]): readonly Problem[] {
  const [first, ...others] = members;
  if (first === undefined) return [];
  return [
    ...members.filter(isStranded).map((node) => ({
      what: 'A build host needs a registry',
      origin: originOf(node, 'image_build_host'),
      fix: 'Set image_registry, or leave image_build_host out: then the image is copied to each node.',
    })),
    ...others
      .filter(({ vars }) => vars.image_build_host !== first.vars.image_build_host)
      .map((node) => ({
        what: 'The nodes differ in image_build_host',
        origin: originOf(node, 'image_build_host'),
        fix: `Give ${node.host.name} the value of ${named(first, 'image_build_host')}, or set it for all.`,
      })),
  ];
}

/** What is copied to nodes is a file of the control machine. */
function isStranded({ vars }: Node): boolean {
  return vars.image_build_host !== undefined && vars.image_registry === undefined;
}

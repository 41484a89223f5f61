import { createHash } from 'node:crypto';
import { reveal, type Text } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { renderManifest } from './render-manifest.ts';
import type { Node } from './vars.ts';

/** A manifest, and what a process that was started from it has as ROTA_POD in its environment. */
export interface MarkedManifest {
  readonly manifest: Text;
  /** '' for the guide's own manifest, which has no room for it: any pod is taken for the right one. */
  readonly mark: string | Pending;
}

/** The manifest of a node, marked with its own hash, so that what runs can be told from what was. */
export function markedManifest(member: Node, image: string | Pending): MarkedManifest {
  const plain = renderManifest(member, image);
  if (member.vars.keepalived_profile !== 'default') return { manifest: plain, mark: '' };
  const mark = createHash('sha256').update(reveal(plain)).digest('hex').slice(0, 12);
  return {
    manifest: renderManifest(member, image, mark),
    mark: image instanceof Pending ? new Pending(mark, image.reason) : mark,
  };
}

import { listOf } from '#engine/model/suggest.ts';
import { alignRows } from '#engine/report/words.ts';
import type { FileStatus, NodeStatus } from '#playbooks/node-status.ts';
import type { RingStatus } from '#playbooks/status.ts';
import { PARTS, unequalParts } from './parts.ts';
import { formatSince } from './since.ts';

/** What a table has no room for, a line each: what all nodes have, and what there is to know of one. */
export function notesOf(ring: RingStatus, now: Date): readonly string[] {
  const seen = ring.nodes.filter(({ failure }) => failure === undefined);
  const images = new Set(seen.flatMap(({ image }) => image ?? []));
  const equal = Object.keys(PARTS).filter(
    (name) => !unequalParts(ring).some((one) => one === name),
  );
  return alignRows([
    ...(seen.length === 0 || equal.length === 0 ? [] : [['all nodes', `${listOf(equal)}: ok`]]),
    ...(images.size === 1 ? [['image', shortImage([...images][0] ?? '')]] : []),
    ...seen.flatMap((node) => {
      const own =
        images.size > 1 && node.image !== undefined ? [`image ${shortImage(node.image)}`] : [];
      return [...notesOn(node, ring, now), ...own].map((text) => [node.node, text]);
    }),
  ]);
}

function notesOn(node: NodeStatus, { unable }: RingStatus, now: Date): readonly string[] {
  const { drained, sysctls, lease } = node;
  const why = unable.find((one) => one.node === node.node)?.why ?? [];
  return [
    ...(drained === undefined ? [] : [`drained by ${drained}`]),
    ...(drained !== undefined || why.length === 0 ? [] : [`can hold no VIP: ${why.join('; ')}`]),
    ...wordsFor(node.configuration, CONFIGURATION_WORDS),
    ...wordsFor(node.pod, POD_WORDS),
    ...sysctls
      .filter(({ value, wanted }) => value !== wanted)
      .map(({ name, value = 'not there', wanted }) => `${name} is ${value}, not ${wanted}`),
    ...(lease === undefined
      ? []
      : [`${lease.what} by ${lease.owner} for ${formatSince(lease.since, now)}, run ${lease.run}`]),
  ];
}

type Words = Readonly<Partial<Record<FileStatus, string>>>;

const CONFIGURATION_WORDS: Words = {
  pending: 'keepalived has not loaded the configuration that is there',
  differs: 'the configuration is not the inventory’s',
  'differs, pending': 'the configuration is not the inventory’s, nor what keepalived has loaded',
};

const POD_WORDS: Words = {
  pending: 'the pod was not started from the manifest that is there',
  differs: 'the pod’s manifest is not the inventory’s',
  unknown: 'what image the pod should have could not be asked for',
};

function wordsFor(status: FileStatus, words: Words): readonly string[] {
  const text = words[status];
  return text === undefined ? [] : [text];
}

/** A digest as git shortens a commit. */
function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+/, '$1…');
}

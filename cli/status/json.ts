import { Failure } from '#engine/model/failure.ts';
import { toJson, withoutSecrets } from '#engine/report/json.ts';
import type { RingStatus } from '#playbooks/status.ts';
import type { StatusUpdate } from './follow.ts';

/** A line of JSON, with its end, in which no secret is. */
export function statusLine({ at, rings, changes }: Omit<StatusUpdate, 'lookedAt'>): string {
  return lineOf({ time: at.toISOString(), rings, changes });
}

/** The same of whatever has the rings. */
export function lineOf<T extends { readonly rings: readonly RingStatus[] }>(data: T): string {
  const rings = data.rings.map((ring) => ({
    ...ring,
    nodes: ring.nodes.map((node) =>
      node.failure === undefined ? node : { ...node, failure: shortened(node.failure) },
    ),
  }));
  return withoutSecrets(`${toJson({ ...data, rings })}\n`);
}

/** As much of what a host said as a person reads: it is told again and again. */
const MOST_OUTPUT = 2000;

function shortened({ kind, message, where, ran, output, fix }: Failure): Failure {
  return new Failure(message, { kind, where, ran, fix, output: output?.slice(-MOST_OUTPUT) });
}

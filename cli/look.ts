import { ask } from '#engine/host/ask.ts';
import { Answers } from '#engine/model/answers.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Reads } from '#engine/model/read.ts';
import type { RunRecord } from '#engine/model/run-record.ts';
import { runs } from '#engine/reads/runs.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { prepareConnections } from './prepare-connections.ts';

/** Asks hosts their questions, all hosts at once, in one exchange each; a Failure for one out of reach. */
export async function lookAt<M extends { readonly host: Host }>(
  connections: Connections,
  members: readonly M[],
  readsFor: (member: M) => Reads,
): Promise<ReadonlyMap<string, Answers | Failure>> {
  await prepareConnections(
    connections,
    members.map(({ host }) => host),
  );
  const looks = members.map(async (member) => {
    const { host } = member;
    return [host.name, await lookAtOne(connections, host, readsFor(member))] as const;
  });
  return new Map(await Promise.all(looks));
}

/** The runs that hosts know of, and why others cannot be asked. */
export async function lookForRuns(
  connections: Connections,
  members: readonly { readonly host: Host }[],
): Promise<{
  readonly known: readonly KnownRun[];
  readonly failures: readonly Failure[];
}> {
  const looks = await lookAt(connections, members, () => ({ runs }));
  const seen = [...looks].map(([host, look]) => {
    const answer = look instanceof Answers ? look.result(runs) : look;
    if (answer instanceof Failure) return { known: [], failures: [answer.at(host)] };
    const records = look instanceof Answers ? (look.get(runs) ?? []) : [];
    return { known: records.map((record) => ({ host, record })), failures: [] };
  });
  return {
    known: seen.flatMap(({ known }) => known),
    failures: seen.flatMap(({ failures }) => failures),
  };
}

export interface KnownRun {
  readonly host: string;
  readonly record: RunRecord;
}

async function lookAtOne(
  connections: Connections,
  host: Host,
  reads: Reads,
): Promise<Answers | Failure> {
  return await orFailure(host.name, async () => {
    await using session = await connections.connect(host);
    return new Answers(await ask(session, Object.values(reads)));
  });
}

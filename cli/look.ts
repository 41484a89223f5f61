import { Answers } from '#engine/model/answers.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Reads } from '#engine/model/read.ts';
import { ask } from '#engine/run/ask.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { prepareConnections } from './prepare-connections.ts';

/** Asks hosts their questions, all hosts at once, in one exchange each; a Failure for one out of reach. */
export async function lookAt(
  connections: Connections,
  hosts: readonly Host[],
  readsFor: (host: Host) => Reads,
): Promise<ReadonlyMap<string, Answers | Failure>> {
  await prepareConnections(connections, hosts);
  const looks = hosts.map(
    async (host) => [host.name, await lookAtOne(connections, host, readsFor(host))] as const,
  );
  return new Map(await Promise.all(looks));
}

async function lookAtOne(
  connections: Connections,
  host: Host,
  reads: Reads,
): Promise<Answers | Failure> {
  try {
    await using session = await connections.connect(host);
    return new Answers(await ask(session, Object.values(reads)));
  } catch (error) {
    if (error instanceof Failure) return error.at(host.name);
    throw error;
  }
}

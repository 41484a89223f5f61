import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { explainHop, type Remark } from './explain-hop.ts';
import { type Hop, hopTo } from './hop.ts';
import { logIn } from './link.ts';
import { needsOpenSsh } from './needs-openssh.ts';
import { openOpenSsh } from './openssh.ts';
import type { Means } from './ssh.ts';

/** What is told of a connection: each hop's remarks, and how the login there went. */
export interface ExplainedHop {
  readonly where: string;
  readonly remarks: readonly Remark[];
  /** Undefined where it was not tried by itself. */
  readonly outcome: readonly string[] | Failure | undefined;
}

export interface ExplainedConnection {
  readonly transport: string;
  readonly hops: readonly ExplainedHop[];
  /** How OpenSSH's client came there, which goes all the way by itself. */
  readonly whole: readonly string[] | Failure | undefined;
}

/** Says what a connection to a host goes by, hop for hop, and tries each of them. */
export async function explainConnection(host: Host, means: Means): Promise<ExplainedConnection> {
  const last = await hopTo(host, means.readSettings);
  const reason =
    host.connection.transport === 'openssh'
      ? '--transport openssh'
      : await needsOpenSsh(last, means.keyring);
  const hops: ExplainedHop[] = [];
  for (const hop of hopsTo(last)) {
    const remarks = await explainHop(hop, means.keyring);
    const stop = reason !== undefined || hops.some(({ outcome }) => outcome instanceof Failure);
    hops.push({ where: hop.where, remarks, outcome: stop ? undefined : await tryHop(hop, means) });
  }
  if (reason === undefined) return { transport: "rota's own SSH client", hops, whole: undefined };
  const whole = await tried(async () => {
    await using session = await openOpenSsh(host, means.readSettings);
    return [`at ${session.host.name}`];
  });
  return { transport: `OpenSSH's client: ${reason}`, hops, whole };
}

function hopsTo(hop: Hop): readonly Hop[] {
  return hop.via === undefined ? [hop] : [...hopsTo(hop.via), hop];
}

async function tryHop(hop: Hop, { keyring, carrier }: Means) {
  return await tried(async () => {
    const link = await logIn(hop, { keyring, carry: async () => await carrier.carry(hop) });
    link.close();
    const { tried: keys, agreed = [] } = link.progress;
    return [`with ${keys.at(-1) ?? 'nothing'}`, agreed.join(', ')];
  });
}

async function tried(work: () => Promise<readonly string[]>): Promise<readonly string[] | Failure> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

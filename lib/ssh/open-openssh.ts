import { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { KEPT_CHANNELS } from './channels.ts';
import { type Hop, hopTo } from './hop.ts';
import type { Transport } from './invocation.ts';
import { keptSocket, ownerOf } from './kept-connection.ts';
import { type Answering, MuxConnection, type MuxMaster } from './mux-connection.ts';
import type { OpenLogin } from './open-login.ts';
import { openSshFailure } from './openssh-failure.ts';
import { type OpenSshMaster, startMaster } from './openssh-master.ts';
import type { SshConfig } from './ssh-config.ts';
import { SshSession } from './ssh-session.ts';
import type { SshSettings } from './ssh-settings.ts';
import { whileDropped } from './while-dropped.ts';

/** Jump hosts and logins take their time beside the connection itself. */
const LOGIN_TIMEOUTS = 3;

/** An ssh that was there before. */
const NOT_OURS = {
  channels: KEPT_CHANNELS,
  lastWords: async () => 'its ssh has ended',
  end: async () => {},
};

/** Opens a session through OpenSSH's own client, or rejects with a Failure, kind `unreachable`. */
export async function openOpenSsh(
  host: Host,
  config: SshConfig,
  reason?: string,
): Promise<Transport> {
  const hop = await hopTo(host, config);
  try {
    return new SshSession(host, (await keptLogin(hop)) ?? (await ownLogin(hop)), hop);
  } catch (error) {
    if (!(error instanceof Failure) || reason === undefined) throw error;
    const { kind, where, fix, output, message } = error;
    const why = [output, `OpenSSH's client is needed: ${reason}`].filter(Boolean).join('\n');
    throw new Failure(message, { kind, where, output: why, fix, cause: error });
  }
}

/** Over the connection that ssh_config has kept, or has kept from now on; undefined: it is of no use to us. */
async function keptLogin(hop: Hop): Promise<OpenLogin | undefined> {
  const path = keptSocket(hop.settings);
  if (path === undefined) return undefined;
  const there = await answeringAt({ path, ...NOT_OURS }, hop.timeoutMs);
  if (there !== 'nobody') return there === 'useless' ? undefined : there;
  return await masterLogin(hop, path);
}

/** Who answers at a socket that others might want to be theirs: one that is not there is not spoken to. */
export async function answeringAt(master: MuxMaster, limitMs: number): Promise<Answering> {
  const owner = await ownerOf(master.path);
  if (owner === 'us') return await MuxConnection.to(master, limitMs);
  return owner === 'nobody' ? 'nobody' : 'useless';
}

async function ownLogin(hop: Hop): Promise<OpenLogin> {
  const login = await masterLogin(hop);
  if (login !== undefined) return login;
  throw new Failure('OpenSSH’s client is too old to let rota use its connections', {
    kind: 'unreachable',
    where: hop.where,
    fix: 'Install OpenSSH 7.4, of 2016, or a newer one.',
  });
}

/** Undefined where no other may use the connection that is then there. */
async function masterLogin(hop: Hop, kept?: string): Promise<OpenLogin | undefined> {
  const master = await logIn(hop, kept);
  const answering = kept === undefined ? MuxConnection.to : answeringAt;
  const there = await answering(master, hop.timeoutMs);
  if (there instanceof MuxConnection) return there;
  await master.end();
  return undefined;
}

async function logIn(hop: Hop, kept: string | undefined): Promise<OpenSshMaster> {
  const { request, timeoutMs, settings, password } = hop;
  const words = [...request.words, ...patience(timeoutMs, settings), '--', request.address];
  const limitMs = LOGIN_TIMEOUTS * timeoutMs;
  const asked = password && { password, by: askerOf(hop) };
  return await whileDropped(timeoutMs, async () => {
    const master = await startMaster({ words, asked, kept });
    const end = await master.opened(limitMs);
    if (end === undefined) return master;
    await master.end();
    throw openSshFailure(hop, { ...end, limitMs });
  });
}

/** Who asks for the password, in ssh's words: on the way there may be others, who are not to get it. */
function askerOf({
  settings: { user, address, proxyJump, proxyCommand },
}: Hop): string | undefined {
  const isAlone = proxyJump === undefined && proxyCommand === undefined;
  return isAlone ? undefined : `${user}@${address.toLowerCase()}`;
}

/** A host that is silent for three of ten seconds is given up, unless ssh_config says otherwise. */
function patience(timeoutMs: number, { serverAliveIntervalMs }: SshSettings): readonly string[] {
  const alive = ['-o', 'ServerAliveInterval=10', '-o', 'ServerAliveCountMax=3'];
  return [
    ...['-o', `ConnectTimeout=${Math.ceil(timeoutMs / 1000)}`],
    ...(serverAliveIntervalMs === 0 ? alive : []),
  ];
}

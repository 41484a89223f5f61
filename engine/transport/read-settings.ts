import { execFile } from 'node:child_process';
import { Failure } from '#engine/model/failure.ts';
import type { Connection } from '#engine/model/host.ts';
import { quote } from '#engine/shell/quote.ts';
import { Slots } from './slots.ts';
import { parseSshSettings, type SshSettings } from './ssh-settings.ts';
import { sshWords } from './ssh-words.ts';

/** What ssh would do for an address, with these options on its command line. */
export interface SettingsRequest {
  readonly address: string;
  readonly words: readonly string[];
}

/** Asks ssh what it would do. Rejects with a Failure where ssh refuses its own configuration. */
export type ReadSettings = (request: SettingsRequest) => Promise<SshSettings>;

/** An `ssh -G` takes 5 ms of a processor. */
const AT_ONCE = 8;
/** `Match exec` of ssh_config may run anything. */
const TIMEOUT_MS = 20_000;

/** Asks once for the same thing. Without an ssh to ask, there is no ssh_config either. */
export function settingsReader(): ReadSettings {
  const slots = new Slots(AT_ONCE);
  const asked = new Map<string, Promise<SshSettings>>();
  return async (request) => {
    const key = JSON.stringify(request);
    const answer = asked.get(key) ?? slots.use(async () => await ask(request));
    asked.set(key, answer);
    return await answer;
  };
}

export function requestFor(connection: Connection): SettingsRequest {
  return { address: connection.address, words: sshWords(connection) };
}

async function ask(request: SettingsRequest): Promise<SshSettings> {
  checkNames(request);
  const { address, words } = request;
  const argv = ['-T', '-G', ...words, '--', address];
  const { promise, resolve, reject } = Promise.withResolvers<SshSettings>();
  execFile('ssh', argv, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
    if (error === null) resolve(parseSshSettings(stdout, address));
    else if (error.code === 'ENOENT') resolve(withoutSsh({ address, words }));
    else reject(refused({ argv, stderr, cause: error }));
  });
  return await promise;
}

/** Commands of ssh_config get both by %h and %r, and a shell runs them: CVE-2023-51385. */
function checkNames({ address, words }: SettingsRequest): void {
  const user = words.includes('-l') ? (words[words.indexOf('-l') + 1] ?? '') : '';
  const bad = /^-|[\s'"`$;&<>|(){}\p{Cc}]/u;
  const wrong = bad.test(address) || address.includes('\\') ? address : user;
  if (wrong === user && !bad.test(user) && !user.endsWith('\\')) return;
  throw new Failure('The address or the user of the host cannot be one', {
    kind: 'unreachable',
    where: JSON.stringify(wrong),
    fix: 'Write a name or an IP address as ansible_host, and the name of a user as ansible_user.',
  });
}

/** What the words of the connection itself say, as far as they are simple options. */
function withoutSsh({ address, words }: SettingsRequest): SshSettings {
  const lines = words.flatMap((word, index) => {
    const next = words[index + 1] ?? '';
    if (word === '-p') return [`port ${next}`];
    if (word === '-l') return [`user ${next}`];
    if (word === '-i') return [`identityfile ${next}`];
    if (word === '-o') return [next.replace('=', ' ').replaceAll('"', '')];
    return [];
  });
  return parseSshSettings(lines.join('\n'), address);
}

interface Refusal {
  readonly argv: readonly string[];
  readonly stderr: string;
  readonly cause: Error;
}

function refused({ argv, stderr, cause }: Refusal): Failure {
  const ran = `ssh ${argv.map(quote).join(' ')}`;
  return new Failure('ssh refuses its configuration', {
    kind: 'unreachable',
    ran,
    output: stderr.trim() === '' ? cause.message : stderr.trim(),
    fix: 'Mend the line that it names, in ssh_config or in the arguments for ssh in the inventory.',
    cause,
  });
}

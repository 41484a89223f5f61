import { execFile } from 'node:child_process';
import { Failure } from '#engine/model/failure.ts';
import { quote } from '#engine/shell/quote.ts';
import type { ConfigPatterns } from './host-patterns.ts';
import {
  type ConfigFiles,
  checkNames,
  configFiles,
  isPlain,
  isPlainName,
  plainSettings,
  type SettingsRequest,
  silentConfig,
} from './settings-request.ts';
import { Slots } from './slots.ts';
import { parseSshSettings, type SshSettings } from './ssh-settings.ts';

/** An `ssh -G` takes 5 ms of a processor. */
const AT_ONCE = 8;
/** `Match exec` of ssh_config may run anything. */
export const CONFIG_TIMEOUT_MS = 20_000;
/** Options that ssh puts the name of the host into. */
const NAMED = /(?:knownhostsfile|hostname|identityagent)\s*[=\s].*%|canonicalize/i;

/**
 * ssh_config, as ssh reads it: asked once for the same thing, and once for all hosts that it makes
 * no difference between; not at all where it says nothing. Without an ssh to ask, there is no
 * ssh_config either.
 */
export class SshConfig {
  readonly #slots = new Slots(AT_ONCE);
  readonly #silent: Promise<readonly string[] | undefined>;
  readonly #patterns = new Map<string, Promise<ConfigPatterns | undefined>>();
  readonly #dumps = new Map<string, Promise<Dump>>();
  /** By what alike hosts share. */
  readonly #shared = new Map<string, Promise<Dump>>();

  constructor(files: ConfigFiles = configFiles()) {
    this.#silent = silentConfig(files);
  }

  /** What ssh would do. Rejects with a Failure where ssh refuses its own configuration. */
  async settings(request: SettingsRequest): Promise<SshSettings> {
    checkNames(request);
    const lines = isPlain(request) ? await this.#silent : undefined;
    if (lines !== undefined)
      return plainSettings(request, [`hostname ${request.address}`, ...lines]);
    const alike = await this.#alike(request);
    const known = alike === undefined ? undefined : this.#shared.get(alike);
    if (known === undefined) return await this.#own(request, alike);
    const shared = await known.catch(() => undefined);
    return (shared && (await renamed(shared, request))) ?? (await this.#own(request));
  }

  async #own(request: SettingsRequest, alike?: string): Promise<SshSettings> {
    const dump = this.#ask(request);
    if (alike !== undefined) this.#shared.set(alike, dump);
    const { settings } = await dump;
    return settings ?? plainSettings(request, []);
  }

  /** What hosts with the same dump share; undefined for one that has to be asked for. */
  async #alike({ address, words }: SettingsRequest): Promise<string | undefined> {
    if (!isPlainName(address) || words.some((word) => NAMED.test(word))) return undefined;
    const key = JSON.stringify(words);
    const reading = this.#patterns.get(key) ?? this.#read({ address, words });
    this.#patterns.set(key, reading);
    const patterns = await reading.catch(() => undefined);
    if (patterns === undefined) return undefined;
    const { fits } = await import('./host-patterns.ts');
    return `${key} ${fits(patterns, address)}`;
  }

  async #read(request: SettingsRequest): Promise<ConfigPatterns | undefined> {
    const { stdout, stderr } = await this.#ask(request);
    if (stdout === undefined) return [];
    const { configPatterns } = await import('./host-patterns.ts');
    return await configPatterns(stderr);
  }

  async #ask(request: SettingsRequest): Promise<Dump> {
    const key = JSON.stringify(request);
    const dump = this.#dumps.get(key) ?? this.#slots.use(async () => await ask(request));
    this.#dumps.set(key, dump);
    return await dump;
  }
}

/** What `ssh -v -G` has printed. */
interface Dump {
  readonly request: SettingsRequest;
  /** Undefined where there is no ssh, and so are the settings by it. */
  readonly stdout: string | undefined;
  readonly settings: SshSettings | undefined;
  readonly stderr: string;
}

/** The settings of a host, from the dump of one that is alike; undefined where it names its host. */
async function renamed({ request, stdout, settings }: Dump, { address, words }: SettingsRequest) {
  if (stdout === undefined || settings === undefined) return plainSettings({ address, words }, []);
  const line = `\nhostname ${request.address}\n`;
  if (!stdout.includes(line)) return undefined;
  const text = stdout.replace(line, () => `\nhostname ${address}\n`);
  // Without a token in it, nothing else of it is made of the name: hosts share what was parsed once.
  const own = text.includes('%')
    ? parseSshSettings(text, address)
    : { ...settings, name: address, address };
  const { withOwnSocket } = await import('./kept-connection.ts');
  return withOwnSocket(own, settings);
}

async function ask(request: SettingsRequest): Promise<Dump> {
  const { address, words } = request;
  const argv = ['-T', '-G', ...words, '--', address];
  const { promise, resolve, reject } = Promise.withResolvers<Dump>();
  execFile('ssh', ['-v', ...argv], { timeout: CONFIG_TIMEOUT_MS }, (error, stdout, stderr) => {
    const dump = { request, stdout: undefined, settings: undefined, stderr };
    if (error === null)
      resolve({ ...dump, stdout, settings: parseSshSettings(stdout, request.address) });
    else if (error.code === 'ENOENT') resolve(dump);
    else reject(error.killed ? tooSlow(argv, error) : refused(argv, stderr, error));
  });
  return await promise;
}

function tooSlow(argv: readonly string[], cause: Error): Failure {
  return new Failure('ssh takes too long to read its configuration', {
    kind: 'unreachable',
    ran: `ssh ${argv.map(quote).join(' ')}`,
    output: `gave up after ${CONFIG_TIMEOUT_MS / 1000} s`,
    fix: 'See what Match exec of ssh_config runs.',
    cause,
  });
}

function refused(argv: readonly string[], stderr: string, cause: Error): Failure {
  const said = stderr.replace(/^(?:debug\d|OpenSSH_)[^\n]*\n/gm, '').trim();
  return new Failure('ssh refuses its configuration', {
    kind: 'unreachable',
    ran: `ssh ${argv.map(quote).join(' ')}`,
    output: said === '' ? cause.message : said,
    fix: 'Mend the line that it names, in ssh_config or in the arguments for ssh in the inventory.',
    cause,
  });
}

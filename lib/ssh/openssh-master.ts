import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Secret } from '#engine/model/secret.ts';
import { sh } from '#engine/shell/quote.ts';
import { CHANNELS, KEPT_CHANNELS } from './channels.ts';
import { signalGroup } from './local-session.ts';
import type { MuxMaster } from './mux-connection.ts';

/** How an ssh that did not log in ended. */
export interface MasterEnd {
  /** Of ssh, or of the sh that starts it; undefined when it was given up. */
  readonly status: number | undefined;
  readonly stderr: string;
}

interface MasterInput {
  /** What ssh is told beside what a master is told: options, and the address. */
  readonly words: readonly string[];
  /** What to answer to whom: `user@host`, as ssh names it; left out, there is nobody else to ask. */
  readonly asked?: { readonly password: Secret; readonly by: string | undefined } | undefined;
  /** Where ssh_config has the connection kept: it stays when this is over. */
  readonly kept?: string | undefined;
}

/** How long an ssh may take to end when it is told to. */
const GRACE_MS = 5000;

/** An ssh that is logged in, and lets others use its connection through a socket. */
export class OpenSshMaster implements MuxMaster {
  readonly #folder: string;
  readonly #isKept: boolean;
  readonly #child: ChildProcess;
  readonly #exit: Promise<unknown>;
  readonly path: string;
  readonly channels: number;
  #stderr = '';

  constructor(folder: string, { words, asked, kept }: MasterInput) {
    const password = asked?.password;
    this.#folder = folder;
    this.#isKept = kept !== undefined;
    this.path = kept ?? join(folder, 's');
    this.channels = kept === undefined ? CHANNELS : KEPT_CHANNELS;
    const own = kept === undefined ? ownWords(this.path) : [];
    const argv = [folder, ...own, ...masterWords(password !== undefined), ...words];
    this.#child = spawn('/bin/sh', ['-c', KEEPER, 'sh', ...argv], {
      // Ctrl-C on the terminal is for rota to heed.
      detached: true,
      stdio: 'pipe',
      env: password === undefined ? process.env : askingEnvironment(folder),
    });
    this.#exit = once(this.#child, 'close');
    this.#child.stdin?.on('error', () => {});
    this.#child.stdin?.write(`${password?.reveal() ?? ''}\n`);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-10_000);
    });
  }

  /** Whether it logged in; if not, how it ended. */
  async opened(timeoutMs: number): Promise<MasterEnd | undefined> {
    const { promise, resolve } = Promise.withResolvers<MasterEnd | undefined>();
    const timer = setTimeout(() => resolve({ status: undefined, stderr: this.#stderr }), timeoutMs);
    this.#child.stdout?.once('data', () => resolve(undefined));
    this.#child.once('close', (status: number) => {
      // Somebody else may have been faster with the connection that is kept.
      const isThere = status === 0 && this.#isKept;
      resolve(isThere ? undefined : { status, stderr: this.#stderr });
    });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What ssh has said, once it has ended, which may take a moment. */
  async lastWords(): Promise<string> {
    await Promise.race([this.#exit, delay(GRACE_MS, undefined, { ref: false })]);
    return this.#stderr.trim();
  }

  /** Ends the connection, and waits until nothing is left of it here. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    const { pid } = this.#child;
    const timer = setTimeout(() => pid !== undefined && signalGroup(pid, 'SIGKILL'), GRACE_MS);
    await this.#exit;
    clearTimeout(timer);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

export async function startMaster(input: MasterInput): Promise<OpenSshMaster> {
  const folder = await mkdtemp(join(shortFolder(), 'rota-'));
  if (input.asked !== undefined) {
    await writeFile(join(folder, 'askpass'), askpass(input.asked.by), { mode: 0o700 });
  }
  return new OpenSshMaster(folder, input);
}

/** The path of a socket is to have 104 bytes at most, and ssh puts 17 behind it for a while. */
function shortFolder(): string {
  const folder = tmpdir();
  return Buffer.byteLength(join(folder, 'rota-123456/s')) + 17 < 104 ? folder : '/tmp';
}

function ownWords(socket: string): readonly string[] {
  return ['-M', '-S', socket.replaceAll('%', '%%'), '-o', 'ControlPersist=no'];
}

function masterWords(asks: boolean): readonly string[] {
  return [
    ...['-N', '-T', '-o', 'ClearAllForwardings=yes', '-o', 'LogLevel=INFO'],
    // Runs here when the login is done, and others can use the connection.
    ...['-o', 'PermitLocalCommand=yes', '-o', 'LocalCommand=echo ready'],
    ...(asks ? ['-o', 'BatchMode=no', '-o', 'NumberOfPasswordPrompts=1'] : ['-o', 'BatchMode=yes']),
  ];
}

function askingEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    SSH_ASKPASS: join(folder, 'askpass'),
    SSH_ASKPASS_REQUIRE: 'force',
    // Before OpenSSH 8.4, which has no SSH_ASKPASS_REQUIRE, this is what it went by.
    DISPLAY: process.env['DISPLAY'] ?? ':0',
  };
}

/**
 * Ends ssh, and removes its folder, when stdin ends: that is when rota wants it, and also when rota
 * is killed. The first line there is the password; a fifo hands it to what ssh starts to ask for it.
 */
const KEEPER = `
exec 3<&0
folder=$1
shift
unset answer
IFS= read -r answer <&3
feeder=
if [ -n "$answer" ]; then
  case $(command -v printf) in */*) echo 'printf shows what it prints in the process list' >&2; exit 126 ;; esac
  mkfifo -m 600 "$folder/answer"
  (trap '' PIPE; while :; do printf '%s\\n' "$answer" >"$folder/answer"; done) 3<&- >/dev/null 2>&1 &
  feeder=$!
fi
unset answer
ssh "$@" </dev/null 3<&- &
ssh=$!
{ cat <&3; kill "$ssh"; } >/dev/null 2>&1 &
wait "$ssh"
status=$?
kill $feeder $! 2>/dev/null
rm -rf "$folder"
exit "$status"
`;

/** Answers for a password alone, and that host's: not whether a host is known, nor what opens a key. */
function askpass(by: string | undefined): string {
  const asked = by === undefined ? '*assword*' : sh`${by}"'s password:"* | "("${by}") "*assword*`;
  return `#!/bin/sh
case $1 in
*assphrase* | *yes/no* | *[Nn]ew* | *etype*) exit 1 ;;
${asked}) IFS= read -r answer <"\${0%/*}/answer" && printf '%s\\n' "$answer" ;;
*) exit 1 ;;
esac
`;
}

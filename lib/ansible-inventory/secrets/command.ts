import { spawnSync } from 'node:child_process';
import type { Origin } from '#engine/model/host.ts';
import { redact, remember } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { Unresolved } from '../problems.ts';

/** A person may have to touch a key or type a passphrase. */
const TIMEOUT_MS = 60_000;
const MOST_BYTES = 1024 * 1024;
const LAST_LINES = 5;

/** What a command prints, which runs when the secret is used and not to hide it. */
export class CommandSecret extends Secret {
  constructor(words: readonly string[], origin: Origin) {
    super(() => outputOf(words, origin));
  }
}

/**
 * What a command of this machine prints, without the newlines at its end; kept from being shown. Its
 * words go through no shell, its stdin is empty. Throws Unresolved when it fails.
 */
export function outputOf(words: readonly string[], origin: Origin): string {
  const [program = '', ...rest] = words;
  const ended = spawnSync(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MOST_BYTES,
  });
  const reason = reasonOf(ended);
  if (reason !== undefined) {
    const said = lastLinesOf(ended.stderr?.toString() ?? '');
    const what = `The command ${program} gave no secret`;
    throw new Unresolved(what, origin, `It ${reason}.${said === '' ? '' : ` It said: ${said}`}`);
  }
  return remember(ended.stdout.toString().replace(/(?:\r?\n)+$/, ''));
}

function reasonOf({ error, status, signal, stdout }: ReturnType<typeof spawnSync>) {
  switch ((error as NodeJS.ErrnoException | undefined)?.code) {
    case undefined:
      break;
    case 'ENOENT':
      return 'was not found: check its name, and PATH';
    case 'EACCES':
      return 'may not be run: chmod u+x it';
    case 'ETIMEDOUT':
      return `was not done after ${TIMEOUT_MS / 1000} s`;
    case 'ENOBUFS':
      return 'printed more than 1 MiB';
    default:
      return `could not be started: ${(error as NodeJS.ErrnoException).code}`;
  }
  if (signal !== null) return `was killed by ${signal}`;
  if (status !== 0) return `ended with exit code ${status}`;
  return /\S/.test(stdout.toString()) ? undefined : 'printed nothing';
}

/** What a program said at last, on one line, with control characters written out. */
export function lastLinesOf(text: string): string {
  const lines = redact(text).trimEnd().split(/\r?\n/).slice(-LAST_LINES);
  return lines.map((line) => JSON.stringify(line).slice(1, -1)).join(' ⏎ ');
}

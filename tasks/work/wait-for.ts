import { type Task, task } from '#engine/model/task.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { requireOptions } from '../refusals.ts';
import { succeeds, whether } from './whether.ts';

/** One thing to wait for, as the host itself sees it, and for how many seconds at most: 60 when left out. */
export type WaitForOptions = { readonly within?: number } & (
  | { readonly port: number }
  | { readonly url: string }
  | { readonly path: string }
  /** A script of sh. */
  | { readonly command: string }
);

const MOST_SECONDS = 1700;

/** Waits until a port of the host is listened to, a URL is answered well, a path is there, or a command succeeds. */
export function waitFor({ within = 60, ...options }: WaitForOptions): Task {
  const [first, ...more] = Object.entries(options).flatMap(([name, value]) =>
    thingsOf(name, value),
  );
  const title = `wait for ${Object.entries(options).flat().join(' ')}`;
  requireOptions(title, [
    [
      'port, url, path or command',
      first !== undefined && more.length === 0,
      'given, one of them, as what it is',
    ],
    ['within', within >= 1 && within <= MOST_SECONDS, `seconds, ${MOST_SECONDS} at most`],
  ]);
  const look = `${first}`;
  return task({
    title,
    desired: { holds: true },
    reads: { holds: whether(title, () => look) },
    inspect: ({ holds }) => ({ holds }),
    apply: () => [{ kind: 'run', title, script: waiting(look, Math.ceil(within)) }],
  });
}

/** How it is looked at; nothing where it is no such thing. */
function thingsOf(name: string, value: unknown): readonly string[] {
  const text = `${value}`;
  if (name === 'port' && Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536)
    return [listens(Number(value))];
  if (name === 'url' && /^https?:\/\/\S+$/.test(text)) return [`${sh`url=${text}`}\n${ANSWERS}`];
  if (name === 'path' && text.startsWith('/')) return [sh`[ -e ${text} ]`];
  return name === 'command' && text.trim() !== '' ? [text] : [];
}

/** By proc(5), whatever address it is that is listened to. */
function listens(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return sh`grep -qs ${`:${hex} [0-9A-F]*:0000 0A `} /proc/net/tcp /proc/net/tcp6`;
}

const ANSWERS = `if command -v curl >/dev/null; then curl -fsS -o /dev/null --max-time 5 "$url"; else timeout 5 wget -q -O /dev/null -t 1 "$url"; fi`;

function waiting(look: string, within: number): string {
  return `${CLOCK}
start_clock ${within}
until ${succeeds(look)}; do
  has_time || { ( ${look}\n) </dev/null || :; echo "after $waited s it is still not so"; exit 1; }
  sleep 1
done`;
}

import {
  like,
  oneOf,
  optional,
  PORT,
  requireOptions,
  SCRIPT,
  secondsUpTo,
  URL_OF_HTTP,
} from '#engine/model/options.ts';
import { type Task, task } from '#engine/model/task.ts';
import { CLOCK } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';
import { succeeds, whether } from './whether.ts';

/** One thing to wait for, as the host itself sees it, and for how many seconds at most: 60 when left out. */
export type WaitForOptions = { readonly within?: number } & (
  | { readonly port: number }
  | { readonly url: string }
  | { readonly path: string }
  /** A script of sh. */
  | { readonly command: string }
);

/** Waits until a port of the host is listened to, a URL is answered well, a path is there, or a command succeeds. */
export function waitFor(options: WaitForOptions): Task {
  const { within = 60, ...things } = options;
  const title = `wait for ${Object.entries(things).flat().join(' ')}`;
  requireOptions(title, options, {
    ...oneOf(options, 'what is waited for', {
      port: PORT,
      url: URL_OF_HTTP,
      path: like(/^\//, 'an absolute path'),
      command: SCRIPT,
    }),
    within: optional(secondsUpTo(1700)),
  });
  const look = lookAt(options);
  return task({
    title,
    desired: { holds: true },
    reads: { holds: whether(title, () => look) },
    inspect: ({ holds }) => ({ holds }),
    apply: () => [{ kind: 'run', title, script: waiting(look, Math.ceil(within)) }],
  });
}

interface Things {
  readonly port?: number;
  readonly url?: string;
  readonly path?: string;
  readonly command?: string;
}

function lookAt({ port, url, path, command = '' }: Things): string {
  if (port !== undefined) return listens(port);
  if (url !== undefined) return `${sh`url=${url}`}\n${ANSWERS}`;
  return path === undefined ? command : sh`[ -e ${path} ]`;
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

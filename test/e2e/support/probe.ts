import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Lab } from '#lab/lab.ts';

/** How one address answered over a time. */
export interface Probed {
  readonly sent: number;
  readonly lost: number;
  /** The longest run of losses, in milliseconds. */
  readonly longestGapMs: number;
}

/**
 * Unanswered for so long, by the prober's own clock, a VIP was missed by its peers: each waits for
 * three adverts before it takes over. A graceful move takes 0.45 s, and what a busy machine adds.
 */
export const THREE_ADVERTS_MS = 3000;

/** A VIP that is handed over is held by nobody for 0.41 s. One that is lost now and then is no gap. */
export const HANDOVER_MS = 400;

/** Every probe goes out this often, whether or not the one before was answered. */
const EVERY_MS = 50;

/** Pings addresses from the fabric's client, until `end` says how they answered. */
export function startProbes(lab: Lab, addresses: readonly string[]) {
  const pings = addresses.map((address) => startPing(lab, address));
  return {
    end: async (): Promise<Record<string, Probed>> => {
      const ends = pings.map(async (ping, index) => [addresses[index], await ping()] as const);
      return Object.fromEntries(await Promise.all(ends));
    },
  };
}

function startPing(lab: Lab, address: string): () => Promise<Probed> {
  const [nsenter = '', ...prefix] = lab.prefix('client');
  const args = ['ping', '-6', '-n', '-O', '-i', String(EVERY_MS / 1000), '-W', '1', address];
  const ping = spawn(nsenter, [...prefix, ...args], { env: { ...process.env, LC_ALL: 'C' } });
  let text = '';
  ping.stdout.on('data', (chunk) => {
    text += chunk;
  });
  return async () => {
    await ended(ping);
    return judge(text);
  };
}

async function ended(ping: ChildProcess): Promise<void> {
  const end = new Promise((resolve) => ping.once('close', resolve));
  ping.kill('SIGINT');
  await end;
}

/** Numbers that came back, of those up to the last that was sent long enough ago to be missed. */
function judge(text: string): Probed {
  const seen = new Set([...text.matchAll(/icmp_seq=(\d+) ttl/g)].map(([, seq]) => Number(seq)));
  const missed = [...text.matchAll(/no answer yet for icmp_seq=(\d+)/g)].map(([, seq]) =>
    Number(seq),
  );
  const last = Math.max(0, ...seen, ...missed);
  let run = 0;
  let longest = 0;
  for (let seq = 1; seq <= last; seq += 1) {
    run = seen.has(seq) ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return { sent: last, lost: last - seen.size, longestGapMs: longest * EVERY_MS };
}

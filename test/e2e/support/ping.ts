import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Lab } from '#lab/lab.ts';

/** The longest time in which one of the addresses did not answer the fabric's client. */
export interface Gap {
  readonly address: string;
  readonly longestMs: number;
}

/** Pings addresses twenty times a second from the fabric's client, until it is ended. */
export function longestGap(lab: Lab, addresses: readonly string[]): { end(): Promise<Gap> } {
  const pings = addresses.map((address) => {
    const [nsenter = '', ...prefix] = lab.prefix('client');
    const child = spawn(nsenter, [...prefix, 'ping', '-6', '-n', '-D', '-i', '0.05', address]);
    return { address, child, output: collect(child) };
  });
  return {
    end: async () => {
      const gaps = await Promise.all(
        pings.map(async ({ address, child, output }) => {
          child.kill('SIGINT');
          await once(child, 'close');
          return { address, longestMs: longest(output()) };
        }),
      );
      return gaps.toSorted((one, other) => other.longestMs - one.longestMs)[0] as Gap;
    },
  };
}

function collect(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

/** Lines of answers begin with their time, in seconds since 1970. */
function longest(output: string): number {
  const times = [...output.matchAll(/^\[([\d.]+)\] \d+ bytes from/gm)].map(([, time]) =>
    Number(time),
  );
  return Math.max(...times.slice(1).map((time, index) => (time - (times[index] ?? time)) * 1000));
}

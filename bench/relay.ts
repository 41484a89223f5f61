import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * `relay.ts DELAY_MS LISTENER=TARGET…`: addresses, at port 22. What comes in at one goes on to the other,
 * that much later in each direction, as over a long wire. Ends with its stdin.
 */
const [delayMs, ...pairs] = process.argv.slice(2);
const delay = Number(delayMs);
await Promise.all(pairs.map((pair) => listen(pair.split('='))));
process.stdout.write('ready\n');
process.stdin.on('close', () => process.exit()).resume();

async function listen([listener = '', host = '']: readonly string[]): Promise<void> {
  const options = { allowHalfOpen: true, noDelay: true };
  const server = createServer(options, (near) => relay(near, host)).listen(22, listener);
  await once(server, 'listening');
}

/**
 * The handshake of TCP is over at once here: the host hears of the client as late as over the wire, and
 * of what it has said meanwhile with it.
 */
function relay(near: Socket, host: string): void {
  const early: Buffer[] = [];
  const keep = (chunk: Buffer) => void early.push(chunk);
  near.on('data', keep).on('error', () => near.destroy());
  setTimeout(() => {
    const far = connect({ host, port: 22, allowHalfOpen: true, noDelay: true });
    far.on('error', () => near.destroy());
    for (const chunk of early) far.write(chunk);
    near.off('data', keep);
    hand(near, far);
    hand(far, near);
  }, 3 * delay);
}

/** Timers of one length go off in the order in which they were set. */
function hand(from: Socket, to: Socket): void {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delay));
  from.on('end', () => setTimeout(() => to.end(), delay));
  from.on('close', () => setTimeout(() => to.destroySoon(), delay));
}

import { once } from 'node:events';
import { stopOnInterrupt } from '../../interrupt.ts';
import type { Looks } from '../follow.ts';
import { StatusHub } from './hub.ts';
import type { ServePlace } from './place.ts';
import { serveHub, urlOf } from './server.ts';

/** Serves the status until Ctrl-C. */
export async function serveStatus(looks: Looks, place: ServePlace): Promise<void> {
  const stop = stopOnInterrupt();
  await using hub = new StatusHub(looks);
  const server = await serveHub(hub, place);
  process.stdout.write(
    `The status is at ${urlOf(server)} until Ctrl-C, its metrics at ${urlOf(server)}metrics\n`,
  );
  if (!stop.aborted) await once(stop, 'abort');
  server.close();
  server.closeAllConnections();
}

import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';

/**
 * Answers the health endpoints. The file /run/lab/SERVICE.unhealthy makes them fail; with `silent` in
 * it they do not answer at all.
 */
export function healthy(service: string): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? '';
    const flag = flagOf(service);
    if (flag === 'silent') return;
    if (!/^\/(healthz|livez|readyz)(\/|$)/.test(path)) response.writeHead(404).end('not found');
    else if (flag !== undefined) response.writeHead(500).end('unhealthy');
    else response.writeHead(200, { 'Content-Type': 'text/plain' }).end('ok');
  };
}

function flagOf(service: string): string | undefined {
  try {
    return readFileSync(`/run/lab/${service}.unhealthy`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

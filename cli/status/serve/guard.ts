import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ServePlace } from './place.ts';

/** A refusal, as HTTP has it. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a request is not answered; undefined: it is. */
export function refusalOf(request: IncomingMessage, place: ServePlace): Refusal | undefined {
  const { method, headers } = request;
  // A page of elsewhere, whose name was made to lead here, would read what is for this machine's users.
  if (place.isLoopback && !isOwnName(headers.host))
    return { status: 421, text: 'This is served to localhost alone' };
  if (place.token !== undefined && !isToken(headers.authorization, place.token)) {
    const challenge = 'Basic realm="rota status: any user, the token as password", charset="UTF-8"';
    return { status: 401, text: 'A token is needed', headers: { 'WWW-Authenticate': challenge } };
  }
  if (method !== 'GET')
    return { status: 405, text: 'It can only be read', headers: { Allow: 'GET' } };
  return undefined;
}

function isOwnName(host = ''): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(host);
}

/** As a bearer, or as the password of any user, which browsers ask for and Prometheus can send. */
function isToken(authorization = '', token: string): boolean {
  const [scheme = '', given = ''] = authorization.split(' ');
  if (/^bearer$/i.test(scheme)) return isSame(given, token);
  if (!/^basic$/i.test(scheme)) return false;
  const words = Buffer.from(given, 'base64').toString();
  return isSame(words.slice(words.indexOf(':') + 1), token);
}

/** In a time that says nothing of how much of it is right. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

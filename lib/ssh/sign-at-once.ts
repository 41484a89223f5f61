import type { ParsedKey } from 'ssh2';
import type { Link } from './link.ts';

/** ssh2 keeps it to itself: how it shows a key, and signs where it is given what signs. */
interface Protocol {
  authPK(user: string, key: ParsedKey, algorithm?: string, sign?: Sign): void;
}

type Sign = (data: Buffer, done: (signature: Buffer | Error) => void) => void;

/** What an RSA key signs, by the algorithm. */
const HASHES = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);

/**
 * Makes ssh2 sign with a key file at once. By itself it asks first whether the host would take the key,
 * which costs a round trip, and the host another look at its authorized keys. An agent is asked first
 * still: it may ask its user.
 */
export function signAtOnce(client: Link['client']): void {
  const { _protocol: protocol } = client as unknown as { readonly _protocol?: Partial<Protocol> };
  const show = protocol?.authPK?.bind(protocol);
  if (protocol === undefined || show === undefined) return;
  protocol.authPK = (user, key, algorithm, sign) => {
    const signature = (data: Buffer) => key.sign(data, HASHES.get(algorithm ?? ''));
    const own: Sign = (data, done) => done(signature(data));
    show(user, key, algorithm, sign ?? (key.isPrivateKey() ? own : undefined));
  };
}

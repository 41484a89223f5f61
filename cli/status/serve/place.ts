import { isIP } from 'node:net';
import { Failure } from '#engine/model/failure.ts';
import { remember } from '#engine/model/redaction.ts';
import { readText } from '../../text-files.ts';

/** Where the status is served, and what who asks has to show. */
export interface ServePlace {
  readonly host: string;
  readonly port: number;
  readonly isLoopback: boolean;
  readonly token: string | undefined;
}

const VARIABLE = 'ROTA_STATUS_TOKEN';

/** Long enough not to be guessed. */
const SHORTEST = 16;

/** `9717`, `127.0.0.1:9717` or `[fd00::1]:9717`. Away from loopback only with a token, of a file or the environment. */
export async function servePlaceOf(
  address: string,
  tokenFile: string | undefined,
): Promise<ServePlace> {
  const { host, port } = parse(address);
  const isLoopback = host === '::1' || host.startsWith('127.');
  const token = await tokenOf(tokenFile);
  if (isLoopback || token !== undefined) return { host, port, isLoopback, token };
  throw new Failure('Others may reach that address: it needs a token', {
    where: `--serve ${address}`,
    fix: `Give one with --token-file FILE or in ${VARIABLE}, or serve on 127.0.0.1.`,
  });
}

function parse(address: string) {
  const [, name = '127.0.0.1', digits = ''] = /^(?:(.*):)?(\d{1,5})$/.exec(address) ?? [];
  const host = name === 'localhost' ? '127.0.0.1' : name.replace(/^\[(.*)\]$/, '$1');
  const port = Number(digits);
  if (digits !== '' && port <= 65_535 && isIP(host) !== 0) return { host, port };
  throw new Failure('Nothing can be served on that address', {
    where: `--serve ${address}`,
    fix: 'Give a port, or an IP address and a port: 9717, 127.0.0.1:9717 or [fd00::1]:9717.',
  });
}

async function tokenOf(file: string | undefined): Promise<string | undefined> {
  const text = file === undefined ? process.env[VARIABLE] : await readText(file);
  if (text === undefined && file === undefined) return undefined;
  const token = text?.trim() ?? '';
  if (/^[!-~]+$/.test(token) && token.length >= SHORTEST) return remember(token);
  throw new Failure('That is no token', {
    where: file ?? VARIABLE,
    fix: `Make one of at least ${SHORTEST} characters, such as by: openssl rand -hex 16`,
  });
}

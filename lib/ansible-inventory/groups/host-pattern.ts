import { expandRanges } from './expand-ranges.ts';

/** The hosts that a key under `hosts:` names, with the port that it sets for them. */
export interface HostNames {
  readonly names: readonly string[];
  readonly port?: number;
}

/** Reads `node1`, `n[1:3]:2222`, `"[2001:db8::1]:2200"` as Ansible does; at most `limit` hosts. */
export function expandHostPattern(pattern: string, limit: number): HostNames | { error: string } {
  const { address, port } = splitPort(pattern);
  if (!/[[\]]/.test(address)) return named([address], port);
  const names = expandRanges(address, limit);
  return 'error' in names ? names : named(names.names, port);
}

function named(names: readonly string[], port: number | undefined): HostNames {
  return port === undefined ? { names } : { names, port };
}

interface Address {
  readonly address: string;
  readonly port?: number;
}

/** What is not an address with a port is a name as a whole, colons and all. */
function splitPort(pattern: string): Address {
  const [, inner, innerPort] = /^\[(.+)\]:([0-9]+)$/.exec(pattern) ?? [];
  const outer = inner ?? pattern;
  const [, address = outer, port = innerPort] = HOST_PORT.exec(outer) ?? [];
  if (port === undefined || !isAddress(address)) return { address: pattern };
  return { address, port: Number(port) };
}

const HOST_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;
const RANGE = String.raw`\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\]`;
const WORD = String.raw`[\p{L}\p{N}_]`;
const LABEL = `(?:${WORD}|${RANGE})(?:${WORD}|-|${RANGE})*(?<![_-])`;
const HOST_NAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`, 'iu');
const IPV6 = /^(?=.*:.*:)(?:[0-9a-f:.]|\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\])+$/i;

function isAddress(text: string): boolean {
  return HOST_NAME.test(text) || IPV6.test(text);
}

import { suggest } from '#engine/model/suggest.ts';
import type { Variables } from '../groups/group-table.ts';
import type { Problems } from '../problems.ts';
import { CONNECTION_SCHEMAS } from './connection-schemas.ts';

const PREFIX = 'ansible_';
const READ = Object.keys(CONNECTION_SCHEMAS).map((name) => name.slice(PREFIX.length));
/** What begins names of Ansible's other plugins, which are near to some of these, and a fact that is. */
const OTHERS = /^(?:scp|sftp|runas|dzdo|ksu|sesu|psrp|lx[cd]|oc|libssh)_|^user_id$/;

/** Warns of variables, where they are written, that are nearly called what a connection is made from. */
export function warnOfNearNames(variables: readonly Variables[], warnings: Problems): void {
  const meant = new Map<string, string | undefined>();
  for (const [name, { origin }] of variables.flatMap((each) => [...each])) {
    if (!/^ans[a-z]*_/i.test(name)) continue;
    if (!meant.has(name)) meant.set(name, nameMeant(name));
    const near = meant.get(name);
    if (near === undefined) continue;
    const fix = `Did you mean ${near}? As it is, it has no effect on the connection.`;
    warnings.add(`The variable ${name} is none that rota reads`, origin, fix);
  }
}

/** Undefined for a name that is right, or that is no slip of one. */
function nameMeant(name: string): string | undefined {
  const at = name.indexOf('_') + 1;
  const [prefix, rest] = [name.slice(0, at), name.slice(at)];
  const isRight = prefix === PREFIX;
  if (isRight && (READ.includes(rest) || OTHERS.test(rest))) return undefined;
  const near = READ.includes(rest) ? rest : suggest(rest, READ);
  if (near === undefined || suggest(prefix, [PREFIX]) === undefined) return undefined;
  return PREFIX + near;
}

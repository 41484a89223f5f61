import type { Origin } from '#engine/model/host.ts';
import { remember } from '#engine/model/redaction.ts';
import { Unresolved } from '../unresolved.ts';

/** The value of an environment variable, kept from being shown. Throws Unresolved when it has none. */
export function variableOfEnvironment(name: string, origin: Origin): string {
  const value = process.env[name];
  if (value !== undefined && value !== '') return remember(value);
  const what = `The environment variable ${name} is ${value === '' ? 'empty' : 'not set'}`;
  throw new Unresolved(what, origin, `Set it for rota: ${name}=… rota …`);
}

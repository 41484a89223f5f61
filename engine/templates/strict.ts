import type nunjucks from 'nunjucks';
import { Secret } from '../model/secret.ts';
import { Pending } from '../model/state.ts';

/** Thrown while rendering; `path` is what the template asked for, such as `instance.priority`. */
export class MissingVariable extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is not defined`);
    this.path = path;
  }
}

/** `values` with every Secret revealed and every Pending as its preview, and whether one was secret. */
export function unwrap(values: Readonly<Record<string, unknown>>): {
  readonly plain: Record<string, unknown>;
  readonly secret: boolean;
} {
  let secret = false;
  const plainOf = (value: unknown): unknown => {
    if (value instanceof Secret) {
      secret = true;
      return value.reveal();
    }
    if (value instanceof Pending) return value.preview;
    if (Array.isArray(value)) return value.map(plainOf);
    if (typeof value === 'object' && value !== null) return recordOf(value);
    return value;
  };
  const recordOf = (record: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, plainOf(value)]));
  return { plain: recordOf(values), secret };
}

/** The value, with every read of a property that it does not have, at any depth, an error. */
export function strict(value: unknown, path: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const separator = Array.isArray(value) ? (key: string) => `[${key}]` : (key: string) => `.${key}`;
  return new Proxy(value, {
    get(target, key) {
      const inherited = Array.isArray(target) && key in target;
      if (typeof key === 'symbol' || (inherited && !Object.hasOwn(target, key))) {
        return Reflect.get(target, key);
      }
      const found: unknown = Object.hasOwn(target, key) ? Reflect.get(target, key) : undefined;
      if (found === undefined) throw new MissingVariable(path + separator(key));
      return strict(found, path + separator(key));
    },
  });
}

/**
 * nunjucks looks a name up in the template's own variables, then in the values, then in its globals:
 * globals that claim to have every name and then throw are asked for what is nowhere.
 */
export function refuseMissing(environment: nunjucks.Environment): void {
  const holder = environment as unknown as { globals: object };
  holder.globals = new Proxy(holder.globals, {
    has: () => true,
    get(globals, name) {
      if (typeof name === 'symbol' || Object.hasOwn(globals, name)) {
        return Reflect.get(globals, name);
      }
      throw new MissingVariable(name);
    },
  });
}

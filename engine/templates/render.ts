import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Environment } from 'nunjucks';
import { Failure } from '../model/failure.ts';
import { Secret, type Text } from '../model/secret.ts';
import { Pending } from '../model/state.ts';

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));

/**
 * Fills in a template of `folder`. A variable that the template asks for and was not given is a
 * Failure, also in `{% if %}` and `{% for %}`. With a Secret anywhere in `values` the text is one.
 * Values are only ever printed: template syntax in them has no effect.
 */
export function render(
  template: string,
  values: Readonly<Record<string, unknown>>,
  folder: string = TEMPLATES,
): Text {
  const { plain, secret } = unwrap(values);
  const text = renderPlain(template, plain, folder);
  return secret ? new Secret(text) : text;
}

function renderPlain(template: string, values: Record<string, unknown>, folder: string): string {
  const given = Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, strict(value, name)]);
  try {
    return environmentOf(folder).render(template, Object.fromEntries(given));
  } catch (error) {
    throw explained(error, template);
  }
}

// A task's text is there at once, and a playbook is read far more often than a template is rendered.
const require = createRequire(import.meta.url);
/** The process keeps them: a template is compiled once, and depends on nothing but its file. */
const environments = new Map<string, Environment>();

function environmentOf(folder: string): Environment {
  const known = environments.get(folder);
  if (known !== undefined) return known;
  const nunjucks = require('nunjucks') as typeof import('nunjucks');
  const environment = new nunjucks.Environment(new nunjucks.FileSystemLoader(folder), {
    autoescape: false,
    throwOnUndefined: true,
    trimBlocks: true,
    lstripBlocks: true,
    // Keeps the cause of an error on it.
    dev: true,
  });
  refuseMissing(environment);
  environments.set(folder, environment);
  return environment;
}

function explained(error: unknown, template: string): Failure {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof MissingVariable) {
    return new Failure('The template asks for a variable that it was not given', {
      where: template,
      fix: `Give it ${cause.path}, or take it out of the template.`,
    });
  }
  const output = error instanceof Error ? error.message : String(error);
  return new Failure('The template could not be rendered', {
    where: template,
    output,
    fix: 'Mend the template where it says.',
    cause: error,
  });
}

/** Thrown while rendering; `path` is what the template asked for, such as `instance.priority`. */
class MissingVariable extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} is not defined`);
    this.path = path;
  }
}

/** `values` with every Secret revealed and every Pending as its preview, and whether one was secret. */
function unwrap(values: Readonly<Record<string, unknown>>): {
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
function strict(value: unknown, path: string): unknown {
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
function refuseMissing(environment: Environment): void {
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

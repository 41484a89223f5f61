import { type Rule, TEXT } from '#engine/model/options.ts';
import { remember } from '#engine/model/redaction.ts';
import { Secret, type Text } from '#engine/model/secret.ts';

/** Variables by their names. */
export type Environment = Readonly<Record<string, Text>>;

/** That they are such. */
export const ENVIRONMENT: Rule = (env, name) =>
  Object.entries(Object(env)).flatMap(([key, value]) =>
    /^[a-z_]\w*$/i.test(key)
      ? TEXT(value, `${name}.${key}`)
      : [{ what: `${name} must be by names of variables` }],
  );

/** With its secrets as they are, to be shown nowhere from here on. */
export function openedEnvironment(env: Environment): Readonly<Record<string, string>> {
  const opened = (value: Text) => (value instanceof Secret ? remember(value.reveal()) : value);
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, opened(value)]));
}

/** A text that is made with such variables, and not before it is needed where some are secret. */
export function textWith(env: Environment, make: () => string): Text {
  return Object.values(env).some((value) => value instanceof Secret) ? new Secret(make) : make();
}

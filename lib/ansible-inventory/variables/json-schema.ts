import { z } from 'zod';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import {
  CONNECTION_SCHEMAS,
  type JsonSchema,
  type Keywords,
} from '../connection/connection-schemas.ts';

/**
 * The JSON Schema of inventories for a playbook, for editors. It is made from the playbook's own
 * schema, so that it flags what loading refuses, as far as a JSON Schema can say it: not what several
 * variables have to agree on, and nothing that comes of an expression.
 */
export function jsonSchemaOf<V>({ name, vars, prefixes = [] }: Playbook<V>): JsonSchema {
  const own = vars === undefined ? {} : openProperties(variablesOf(vars));
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Inventory for ${name}`,
    description:
      'An Ansible-style inventory: groups, with their hosts, variables and child groups.',
    type: 'object',
    // What SOPS adds to a file that it encrypts.
    properties: { all: ref('group'), sops: true },
    additionalProperties: ref('group'),
    definitions: {
      group: GROUP,
      names: NAMES,
      groups: GROUPS,
      variables: {
        description: 'Variables, as name: value. Those of a host win over those of its groups.',
        type: ['object', 'null'],
        properties: { ...CONNECTION_SCHEMAS, ...own },
        patternProperties: unknownUnder(prefixes, Object.keys(own)),
      },
      elsewhere: ELSEWHERE,
    },
  };
}

const GROUP: JsonSchema = {
  description: 'A group: hosts, variables that all of them have, and groups that are part of it.',
  type: ['object', 'null'],
  properties: {
    hosts: ref('names'),
    vars: ref('variables'),
    children: ref('groups'),
  },
  additionalProperties: false,
};

const NAMES: JsonSchema = {
  description: 'Hosts, each with its variables below. Ranges such as node[1:3] are many at once.',
  type: ['object', 'string', 'null'],
  additionalProperties: ref('variables'),
};

const GROUPS: JsonSchema = {
  description: 'Groups that are part of this one.',
  type: ['object', 'string', 'null'],
  additionalProperties: ref('group'),
};

/** A text that stands for a value: an expression, or what ansible-vault or SOPS have encrypted. */
const ELSEWHERE: JsonSchema = {
  description: 'An expression such as {{ name }}, or an encrypted value.',
  type: 'string',
  pattern: String.raw`\{\{|^\s*\$ANSIBLE_VAULT;|^ENC\[`,
};

function ref(name: string): JsonSchema {
  return { $ref: `#/definitions/${name}` };
}

function variablesOf(vars: unknown): JsonSchema {
  if (!(vars instanceof z.ZodType)) {
    throw new Failure('The variables of the playbook are no zod schema', {
      fix: 'Make them with z.object({ … }) of zod.',
    });
  }
  return z.toJSONSchema(vars, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const error = jsonSchema.pattern === undefined ? undefined : patternError(zodSchema);
      // An editor would show the expression: yaml-language-server shows this instead.
      if (error !== undefined) jsonSchema['patternErrorMessage'] = error;
    },
  });
}

/** What the schema says of a text that does not fit its pattern; a line end fits none. */
function patternError(schema: z.core.$ZodType): string | undefined {
  const { error } = z.safeParse(schema, '\n');
  return error?.issues.find(({ code }) => code === 'invalid_format')?.message;
}

/** No name under the prefixes but the known ones. Without prefixes every name is another tool's. */
function unknownUnder(prefixes: readonly string[], known: readonly string[]) {
  if (prefixes.length === 0) return {};
  return { [`^(?!(?:${known.join('|')})$)(?:${prefixes.join('|')})`]: false };
}

function openProperties(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const { properties = {} } = schema as { properties?: Readonly<Record<string, JsonSchema>> };
  return Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, open(part)]));
}

/** The same, or an expression in its place; also for each part of it. */
function open(schema: JsonSchema): JsonSchema {
  if (typeof schema === 'boolean') return schema;
  const { description, default: fallback, anyOf, ...rest } = schema;
  const ways = ((anyOf as readonly Keywords[] | undefined) ?? [rest]).map(openParts);
  const told = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
  if (ways.some(isAnyText)) return { ...told, ...rest };
  return { ...told, anyOf: [...ways, ref('elsewhere')] };
}

function openParts(schema: Keywords): Keywords {
  const { items, properties } = schema;
  return {
    ...schema,
    ...(items === undefined ? {} : { items: open(items as JsonSchema) }),
    ...(properties === undefined ? {} : { properties: openProperties(schema) }),
  };
}

function isAnyText(schema: Keywords): boolean {
  return schema['type'] === 'string' && Object.keys(schema).length === 1;
}

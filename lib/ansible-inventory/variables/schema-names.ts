/** What a zod schema says of itself, whatever it is around or made of. */
interface Definition {
  readonly shape?: object;
  readonly in?: unknown;
  readonly out?: unknown;
  readonly innerType?: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly options?: readonly unknown[];
  getter?(): unknown;
}

/** The top-level names that a zod schema knows; undefined when it names none, as a record does. */
export function schemaNames(schema: unknown): readonly string[] | undefined {
  const { def = {} } = Object(schema) as { readonly def?: Definition };
  if (def.shape !== undefined) return Object.keys(def.shape);
  if (def.getter !== undefined) return schemaNames(def.getter());
  if (def.in !== undefined) return schemaNames(def.in) ?? schemaNames(def.out);
  const parts = [def.innerType, def.left, def.right, ...(def.options ?? [])];
  const names = parts.flatMap((part) => (part === undefined ? [] : (schemaNames(part) ?? [])));
  return names.length === 0 ? undefined : names;
}

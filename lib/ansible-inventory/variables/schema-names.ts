/** The top-level names that a zod schema knows; none when its shape cannot be seen. */
export function schemaNames(schema: unknown): readonly string[] {
  const shape = field(schema, 'shape');
  if (typeof shape === 'object' && shape !== null) return Object.keys(shape);
  const inner = field(schema, 'in') ?? field(schema, 'innerType');
  return inner === undefined ? [] : schemaNames(inner);
}

/** A pipe and a wrapper keep what they stand around under `def`. */
function field(schema: unknown, name: string): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined;
  return Reflect.get(schema, name) ?? field(Reflect.get(schema, 'def'), name);
}

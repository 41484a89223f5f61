/** Inventories as Ansible reads them: all of the library that others may import. See README.md. */

import type { Playbook } from '#engine/model/playbook.ts';
import type { JsonSchema } from './connection/connection-schemas.ts';
import type { LoadOptions } from './load-inventory.ts';
import type { WrittenInventory } from './written-inventory.ts';

export type { ConnectionDefaults } from './connection/connection.ts';
export { type Selection, selectHosts, splitPattern } from './groups/patterns.ts';
export { type Inventory, type LoadOptions, loadInventory } from './load-inventory.ts';
export { yamlMend } from './read/parse-yaml.ts';
export { passwordOfFile, Vault, type VaultPassword } from './secrets/vault.ts';
export { bindVariables } from './variables/bind-variables.ts';
export type { Definition, ExplainedVariable, Explanation } from './variables/explain-variables.ts';
export type { WrittenInventory } from './written-inventory.ts';

// What few commands need is loaded on use.

/** Reads the files alone, for views of them. Throws Failures when they cannot be read. */
export async function readInventory(
  paths: readonly string[],
  options: Omit<LoadOptions, 'defaults'> = {},
): Promise<WrittenInventory> {
  const { readWritten } = await import('./written-inventory.ts');
  return await readWritten(paths, options);
}

/** The JSON Schema of inventories for a playbook, for editors. */
export async function inventorySchema<V>(playbook: Playbook<V>): Promise<JsonSchema> {
  const { jsonSchemaOf } = await import('./variables/json-schema.ts');
  return jsonSchemaOf(playbook);
}

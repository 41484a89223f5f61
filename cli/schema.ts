import { inventorySchema } from '#engine/inventory/json-schema.ts';
import type { Playbook } from '#engine/model/playbook.ts';

/** The JSON Schema of inventories for the playbook, as the file that editors read. */
export function schemaText<V>(playbook: Playbook<V>): string {
  return `${JSON.stringify(inventorySchema(playbook), null, 2)}\n`;
}

import { inventorySchema } from '#engine/inventory/json-schema.ts';
import deploy from '#playbooks/deploy.ts';

export function define() {
  return schema;
}

/** Prints the JSON Schema of inventories, as the file that editors read. */
async function schema(): Promise<number> {
  process.stdout.write(`${JSON.stringify(inventorySchema(deploy), null, 2)}\n`);
  return 0;
}

import { inventorySchema } from '#lib/ansible-inventory/index.ts';
import deploy from '#playbooks/deploy.ts';

export function define() {
  return schema;
}

/** Prints the JSON Schema of inventories, as the file that editors read. */
async function schema(): Promise<number> {
  process.stdout.write(`${JSON.stringify(await inventorySchema(deploy), null, 2)}\n`);
  return 0;
}

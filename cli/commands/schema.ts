import type { Command } from 'commander';
import { inventorySchema } from '#engine/inventory/json-schema.ts';
import deploy from '#playbooks/deploy.ts';
import type { Done } from '../command-file.ts';

export function define(command: Command, done: Done): void {
  command.action(() => {
    process.stdout.write(schemaText());
    done(0);
  });
}

/** The JSON Schema of inventories, as the file that editors read. */
function schemaText(): string {
  return `${JSON.stringify(inventorySchema(deploy), null, 2)}\n`;
}

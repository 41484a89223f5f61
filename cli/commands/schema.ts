import type { Command } from 'commander';
import { inventorySchema } from '#lib/ansible-inventory/index.ts';
import deploy from '#playbooks/deploy.ts';
import type { Done } from '../command-file.ts';

export function define(command: Command, done: Done): void {
  command.action(async () => {
    process.stdout.write(await schemaText());
    done(0);
  });
}

/** The JSON Schema of inventories, as the file that editors read. */
async function schemaText(): Promise<string> {
  return `${JSON.stringify(await inventorySchema(deploy), null, 2)}\n`;
}

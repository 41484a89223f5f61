import type { Command } from 'commander';

export function define(command: Command) {
  command.option('--events', 'the schema of a run’s events instead: of each line of events.ndjson');
  return schema;
}

/** Prints the JSON Schema of inventories, as the file that editors read, or that of events. */
async function schema({ events }: { readonly events?: boolean }): Promise<number> {
  const found = events ? await ofEvents() : await ofInventories();
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  return 0;
}

async function ofInventories(): Promise<unknown> {
  const { inventorySchema } = await import('#lib/ansible-inventory/index.ts');
  const { default: deploy } = await import('#playbooks/deploy.ts');
  return await inventorySchema(deploy);
}

async function ofEvents(): Promise<unknown> {
  const { eventsSchema } = await import('#engine/report/recorded.ts');
  return eventsSchema();
}

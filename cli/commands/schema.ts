import { type Command, Option } from 'commander';

interface SchemaFlags {
  readonly events?: boolean;
  readonly config?: boolean;
}

export function define(command: Command) {
  command
    .addOption(
      new Option(
        '--events',
        'that of a run’s events instead: of each line of events.ndjson',
      ).conflicts('config'),
    )
    .option('--config', 'that of rota.yaml instead, the defaults beside an inventory');
  return schema;
}

/** Prints the JSON Schema of inventories, as the file that editors read, or another one. */
async function schema({ events, config }: SchemaFlags): Promise<number> {
  const found = await (events ? ofEvents() : config ? ofDefaults() : ofInventories());
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

async function ofDefaults(): Promise<unknown> {
  const { defaultsSchema } = await import('../defaults/schema.ts');
  return defaultsSchema();
}

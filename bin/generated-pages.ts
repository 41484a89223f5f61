import { eventsSchema } from '#engine/report/recorded.ts';
import { inventorySchema } from '#lib/ansible-inventory/index.ts';
import deploy from '#playbooks/deploy.ts';
import { wholeProgram } from '../cli/program.ts';
import { commandPages } from './command-pages.ts';
import { inventoryPage } from './inventory-page.ts';
import { referencePage } from './reference/page.ts';

/** All files of docs/ that are made from the sources, by their paths. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const schema = await inventorySchema(deploy);
  return new Map([
    ...commandPages(await wholeProgram()),
    ['docs/reference.md', referencePage()],
    ['docs/inventory-reference.md', inventoryPage(schema)],
    ['docs/inventory.schema.json', asJson(schema)],
    ['docs/events.schema.json', asJson(eventsSchema())],
  ]);
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

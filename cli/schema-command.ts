import type { Command } from 'commander';
import { findPlaybook } from './find-playbook.ts';
import { schemaText } from './schema.ts';

/** Adds `rota schema`. */
export function addSchemaCommand(rota: Command, done: (exitCode: number) => void): void {
  rota
    .command('schema')
    .description('print the JSON Schema of inventories, for editors')
    .action(async () => {
      process.stdout.write(schemaText(await findPlaybook({ command: 'deploy' })));
      done(0);
    });
}

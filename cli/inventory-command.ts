import { type Command, Option } from 'commander';
import { addInventory, type InventoryFlags, requestOf } from './inventory-options.ts';

/** What `rota inventory` shows; the overview, when nothing is asked for. */
export interface InventoryView {
  readonly list?: boolean;
  readonly graph?: boolean;
  readonly host?: string;
  readonly explain?: string;
  /** A group for --graph, a variable for --explain. */
  readonly name?: string;
  readonly playbookDir?: string;
}

/** Adds `rota inventory`. */
export function addInventoryCommand(rota: Command, done: (exitCode: number) => void): void {
  const views = ['list', 'graph', 'host', 'explain'];
  const only = (option: Option) =>
    option.conflicts(views.filter((name) => name !== option.attributeName()));
  addInventory(rota.command('inventory'))
    .argument('[name]', 'a group for --graph, or a variable for --explain')
    .description('show the hosts, groups and variables of an inventory, connecting nowhere')
    .addOption(only(new Option('--list', 'everything, as the JSON of ansible-inventory --list')))
    .addOption(only(new Option('--graph', 'the groups, as a tree')))
    .addOption(only(new Option('--host <host>', 'the variables of a host, as JSON')))
    .addOption(
      only(
        new Option(
          '--explain <host>',
          'where each variable of a host comes from, and what that shadows; or one: --explain HOST VARIABLE',
        ),
      ),
    )
    .option('--playbook-dir <folder>', 'read group_vars and host_vars there too, as for a playbook')
    .action(
      async (
        inventory: string,
        name: string | undefined,
        flags: InventoryFlags & InventoryView,
      ) => {
        const { showInventory } = await import('./inventory.ts');
        const view = name === undefined ? flags : { ...flags, name };
        const request = { ...requestOf(inventory, flags), playbookFolder: flags.playbookDir };
        done(await showInventory(request, view));
      },
    );
}

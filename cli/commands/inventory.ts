import { type Command, Option } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { formatOrigin, type Host } from '#engine/model/host.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { paintFor } from '#engine/report/paint.ts';
import { countOf, formatTable } from '#engine/report/words.ts';
import {
  type Inventory,
  readInventory,
  type WrittenInventory,
} from '#lib/ansible-inventory/index.ts';
import { explainAsData, explainHost } from '../explain-host.ts';
import {
  addInventory,
  addPlaybook,
  type InventoryFlags,
  type PlaybookFlags,
  requestOf,
} from '../flags/inventory.ts';
import { addJson } from '../flags/values.ts';
import { type InventoryRequest, openInventory } from '../open-inventory.ts';
import { print, printJson, printWait, printWarnings } from '../print.ts';

/** What is shown; the overview, when nothing is asked for. */
export interface InventoryView {
  readonly list?: boolean;
  readonly graph?: boolean;
  readonly host?: string;
  readonly explain?: string;
  readonly json?: string;
  /** A group for --graph, a variable for --explain. */
  readonly name?: string;
}

interface Flags extends InventoryFlags, InventoryView, PlaybookFlags {
  readonly playbookDir?: string;
}

export function define(command: Command) {
  addInventory(command).argument('[name]', 'a group for --graph, or a variable for --explain');
  const views = VIEWS.map(([flags, description]) => new Option(flags, description));
  const names = views.map((view) => view.attributeName());
  for (const view of views)
    command.addOption(view.conflicts(names.filter((name) => name !== view.attributeName())));
  command.option(
    '--playbook-dir <folder>',
    'read group_vars and host_vars there too, as for a playbook',
  );
  addJson(command, 'print it as JSON, which --list and --host do by themselves; not --graph');
  addPlaybook(command, 'with --host: the variables as this playbook’s schema makes them');
  return async (inventory: string, name: string | undefined, flags: Flags) => {
    const { playbook, host } = flags;
    if (playbook !== undefined)
      return await showMember(playbook, host, requestOf(inventory, flags));
    if (flags.json && flags.graph) throw graphAsJson();
    const view = name === undefined ? flags : { ...flags, name };
    const request = { ...requestOf(inventory, flags), playbookFolder: flags.playbookDir };
    return await showInventory(request, view);
  };
}

/** Of which one at most can be asked for. */
const VIEWS = [
  ['--list', 'everything, as the JSON of ansible-inventory --list'],
  ['--graph', 'the groups, as a tree'],
  ['--host <host>', 'the variables of a host, as JSON'],
  [
    '--explain <host>',
    'where each variable of a host comes from, and what that shadows; or one: --explain HOST VARIABLE',
  ],
] as const;

/** Shows an inventory in one of its views. Throws Failures for one that cannot be read. */
export async function showInventory(
  request: InventoryRequest,
  view: InventoryView,
): Promise<number> {
  const { list, graph, host, explain, name, json } = view;
  if (name !== undefined && !graph && explain === undefined) throw withoutView(name);
  if (!list && !graph && host === undefined && explain === undefined) {
    const overview = await openInventory(request);
    if (json) await printJson(asData(overview));
    else print(overviewOf(overview));
    return 0;
  }
  const inventory = await open(request);
  if (list) print(inventory.list());
  else if (graph) print(inventory.graph(name));
  else if (host !== undefined) print(inventory.listHost(host));
  else if (explain !== undefined && json)
    await printJson(explainAsData(explain, inventory.explain(explain), name));
  else if (explain !== undefined)
    print(explainHost(explain, inventory.explain(explain), name, paintFor(process.stdout)));
  return 0;
}

/** Every host of an inventory on a line, with how it is reached and its groups. */
export function overviewOf({ sources, hosts, groups }: Inventory): string {
  const own = [...groups.keys()].filter((name) => name !== 'all' && name !== 'ungrouped');
  const counts = `${countOf(hosts.length, 'host')} in ${countOf(own.length, 'group')}`;
  const table = formatTable([
    ['host', 'reached as', 'groups', 'named at'],
    ...hosts.map((host) => rowOf(host).map(escapeControl)),
  ]);
  return [
    `${escapeControl(sources.join(', '))}: ${counts}`,
    '',
    table,
    '',
    'More: --graph, --list, --host HOST, --explain HOST [VARIABLE]',
  ].join('\n');
}

/** The same as data. */
function asData({ sources: inventory, hosts, groups }: Inventory): object {
  const all = hosts.map(({ name, groups: of, connection, origin }) => {
    const { transport, address, port, user } = connection;
    return { host: name, groups: of, transport, address, port, user, at: formatOrigin(origin) };
  });
  return { inventory, groups: [...groups.keys()], hosts: all };
}

function rowOf({ name, connection, groups, origin }: Host): readonly string[] {
  return [name, reachedAs(connection), groups.join(' '), formatOrigin(origin)];
}

/** As far as the inventory says it: ssh_config may say more. */
function reachedAs({ transport, user, address, port }: Host['connection']): string {
  if (transport === 'local') return 'this machine';
  return `${user === undefined ? '' : `${user}@`}${address}${port === undefined ? '' : ` port ${port}`}`;
}

/** The variables of a host as the tasks of a playbook get them. */
async function showMember(
  path: string,
  host: string | undefined,
  request: InventoryRequest,
): Promise<number> {
  if (host === undefined)
    throw new Failure('A playbook is for the variables of one host', {
      where: `--playbook ${path}`,
      fix: 'Name it: --host HOST',
    });
  const { loadNamed, memberNamed } = await import('../load.ts');
  const loaded = await loadNamed({ command: 'run', path }, request);
  printWarnings(loaded.warnings);
  const { vars } = memberNamed(loaded, host);
  print(JSON.stringify(vars, (_, each) => (typeof each === 'bigint' ? String(each) : each), 4));
  return 0;
}

async function open({ sources, vault, ...request }: InventoryRequest): Promise<WrittenInventory> {
  const options = { ...request, vault: await vault?.(), onWait: printWait };
  const inventory = await readInventory(sources, options);
  printWarnings(inventory.warnings);
  return inventory;
}

function graphAsJson(): Failure {
  return new Failure('The graph is a picture of text', {
    where: '--graph --json',
    fix: 'Use --list, which has the groups with their children and hosts as JSON.',
  });
}

function withoutView(name: string): Failure {
  return new Failure('A name is for --graph or --explain alone', {
    ran: name,
    fix: 'Name a group after --graph, or a variable after --explain HOST.',
  });
}

import { Failure } from '#engine/model/failure.ts';
import { didYouMean } from '#engine/model/suggest.ts';
import { exitCodeOfFailures } from '#engine/report/exit-code.ts';
import { formatFailures } from '#engine/report/failure.ts';
import { paintFor } from '#engine/report/paint.ts';
import { Connections, type ExplainedHop } from '#lib/ssh/index.ts';
import { type InventoryRequest, openInventory } from './open-inventory.ts';
import { prepareConnections } from './prepare-connections.ts';
import { print, printWarnings } from './print.ts';

/** Says what a connection to a host goes by, tries it, and gives the exit code. */
export async function debugConnection(request: InventoryRequest, name: string): Promise<number> {
  const inventory = await openInventory(request);
  printWarnings(inventory.warnings);
  const host = inventory.hosts.find((one) => one.name === name);
  if (host === undefined) {
    const names = inventory.hosts.map((one) => one.name);
    throw new Failure('The inventory has no such host', {
      where: inventory.sources.join(', '),
      ran: `--connect-debug ${name}`,
      fix: didYouMean(name, names, `Use one of: ${names.slice(0, 10).join(', ')}`),
    });
  }
  if (host.connection.transport === 'local') {
    print(`${name} is this machine: no connection is made.`);
    return 0;
  }
  const connections = new Connections();
  await prepareConnections(connections, [host]);
  const { transport, hops, whole } = await connections.explain(host);
  print(`${name} is reached by ${transport}`);
  for (const hop of hops) print(`\n${describe(hop, whole === undefined)}`);
  const outcomes = [...hops.map(({ outcome }) => outcome), whole];
  print(describeOutcome(whole));
  return exitCodeOfFailures(outcomes.filter((outcome) => outcome instanceof Failure));
}

const WIDTH = 14;

function describe({ where, remarks, outcome }: ExplainedHop, alone: boolean): string {
  const lines = remarks.flatMap(([name, texts]) =>
    texts.map((text, index) => `  ${(index === 0 ? name : '').padEnd(WIDTH)}${text}`),
  );
  const end = outcome === undefined && alone ? NOT_TRIED : describeOutcome(outcome);
  return [where, ...lines, end].filter(Boolean).join('\n');
}

const NOT_TRIED = `  ${'not tried'.padEnd(WIDTH)}since the host before it was not reached`;

function describeOutcome(outcome: ExplainedHop['outcome']): string {
  if (outcome === undefined) return '';
  if (outcome instanceof Failure) return `\n${formatFailures([outcome], paintFor(process.stdout))}`;
  const [key, ...more] = outcome;
  const rest = more.map((text) => `  ${''.padEnd(WIDTH)}${text}`);
  return [`  ${'✔ logged in'.padEnd(WIDTH)}${key}`, ...rest].join('\n');
}

import { type Failure, Failures } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { buildHosts, buildLocalhost } from './build-hosts.ts';
import { cutCycles, hostNamesOf } from './group-order.ts';
import type { GroupTable } from './group-table.ts';
import { type Findings, parseYaml } from './parse-yaml.ts';
import { Problems } from './problems.ts';
import { readGroups } from './read-groups.ts';
import { readText } from './read-text.ts';
import { readFolders } from './vars-source.ts';

/** The hosts and groups of an inventory file, as Ansible reads it. */
export interface Inventory {
  /** Files and folders, as they were named: each one wins over those before it. */
  readonly sources: readonly string[];
  /** In the order in which the file names them first. */
  readonly hosts: readonly Host[];
  /** Names of all hosts, those of descendants last, by group; `all` and `ungrouped` among them. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly Failure[];
  /** The control machine, when the inventory has no `localhost`. Throws Failures as loading does. */
  implicitLocalhost?(): Host;
}

/** Reads an inventory with its group_vars and host_vars. Throws Failures with all that is wrong. */
export async function loadInventory(sources: readonly string[]): Promise<Inventory> {
  const [path = ''] = sources;
  const findings: Findings = { problems: new Problems(), warnings: new Problems() };
  const table = await readTable(path, findings);
  if (table === undefined) throw new Failures(findings.problems.sorted);
  const folders = await readFolders(path, table, findings);
  const hosts = buildHosts({ table, folders }, findings);
  findings.problems.throwIfAny();
  const groups = [...table.groups.values()].map(
    (group) => [group.name, hostNamesOf(group)] as const,
  );
  return {
    sources,
    hosts,
    groups: new Map(groups),
    warnings: findings.warnings.sorted,
    implicitLocalhost: () => buildLocalhost({ table, folders }),
  };
}

async function readTable(path: string, findings: Findings): Promise<GroupTable | undefined> {
  const text = await readText(path, findings.problems);
  const tree = text === undefined ? undefined : parseYaml(text, path, findings);
  if (tree === undefined) return undefined;
  const table = readGroups(tree, path, findings);
  cutCycles(table, findings.problems);
  return table;
}

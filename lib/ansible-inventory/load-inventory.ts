import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { buildHosts, buildLocalhost } from './build-hosts.ts';
import type { ConnectionDefaults } from './connection/connection.ts';
import { hostNamesByGroup } from './groups/group-order.ts';
import { Problems } from './problems.ts';
import type { Findings } from './read/parse-yaml.ts';
import { readSources } from './read/read-sources.ts';
import { Vault } from './secrets/vault.ts';

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

/** What an inventory itself does not say. */
export interface LoadOptions {
  /** Variables of the command line, each text as `-e` takes it. */
  readonly extra?: readonly string[] | undefined;
  /** Where the playbook is, whose `group_vars` and `host_vars` count too. */
  readonly playbookFolder?: string | undefined;
  /** Opens what is encrypted, on use. */
  readonly vault?: Vault | undefined;
  readonly defaults?: ConnectionDefaults | undefined;
  /** Told what a long wait is for. */
  readonly onWait?: (what: string) => void;
}

/** Reads an inventory with its group_vars and host_vars. Throws Failures with all that is wrong. */
export async function loadInventory(
  paths: readonly string[],
  { extra, playbookFolder, vault = new Vault([]), defaults = {}, onWait }: LoadOptions = {},
): Promise<Inventory> {
  const findings: Findings = { problems: new Problems(), warnings: new Problems(), vault, onWait };
  const sources = await readSources({ paths, extra, playbookFolder }, findings);
  const hosts = buildHosts(sources, findings, defaults);
  findings.problems.throwIfAny();
  return {
    sources: paths,
    hosts,
    groups: hostNamesByGroup(sources.table),
    warnings: findings.warnings.sorted,
    implicitLocalhost: () => buildLocalhost(sources, defaults),
  };
}

import type { Command } from 'commander';
import { Failure, Failures } from '#engine/model/failure.ts';
import type { Limits } from '#engine/model/limits.ts';
import { inventoryHash } from '#engine/plan/hashes.ts';
import { NEW_PLAN, type ReadPlan } from '#engine/plan/plan-file.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { paintFor } from '#engine/report/paint.ts';
import { Connections } from '#lib/ssh/index.ts';
import { Approval } from '../approval.ts';
import { hashOfCode } from '../code-hash.ts';
import { findPlaybook, folderOfPlaybook, type PlaybookName } from '../find-playbook.ts';
import { addConnection, type ConnectionFlags, connectionDefaults } from '../flags/connection.ts';
import { addExtraVariables, takeDefaultsBeside } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addRecordFlags, type RecordFlags } from '../flags/record.ts';
import { duration } from '../flags/values.ts';
import { addVaultFlags, type VaultFlags, vaultOf } from '../flags/vault.ts';
import { type Loaded, load } from '../load.ts';
import { lookForRuns } from '../look.ts';
import type { InventoryRequest } from '../open-inventory.ts';
import { versionOfPackage } from '../package.ts';
import { print, printWarnings } from '../print.ts';
import { printSummary } from '../print-outcome.ts';
import { runLoaded } from '../run-loaded.ts';
import { ageOf, formatAge, openPlan, planKey } from '../saved-plans.ts';

export function define(command: Command) {
  addRecordFlags(addExtraVariables(addConnection(addVaultFlags(command))))
    .argument('<plan>', 'a file that --plan-out wrote')
    .option('--max-age <time>', 'refuse a plan that is older; 1d, when left out', duration);
  return async (path: string) => {
    const { plan } = await openPlan(path);
    await takeDefaultsBeside(plan.inventory.paths[0] ?? '', command);
    const flags: Partial<ApplyOptions> & ConnectionFlags & VaultFlags = command.opts();
    const [defaults, vault] = [connectionDefaults(flags), vaultOf(flags)];
    const limits = limitsOf(flags);
    return await apply(path, { maxAge: duration('1d'), ...flags, defaults, vault, limits });
  };
}

export interface ApplyOptions extends RecordFlags {
  /** Milliseconds. */
  readonly maxAge: number;
  readonly defaults?: InventoryRequest['defaults'];
  readonly vault?: InventoryRequest['vault'];
  readonly limits?: Limits;
  /** As they were for the dry run: a plan keeps no values. */
  readonly extraVars?: readonly string[];
}

/** Does what a saved plan says, exactly and once, or nothing; gives the exit code. */
export async function apply(path: string, options: ApplyOptions): Promise<number> {
  const { maxAge, json = false, defaults, vault, limits, extraVars = [] } = options;
  const read = await openPlan(path);
  const key = await planKey();
  const { plan } = read;
  refuse(path, [...ofFile(read, key), ...tooOld(plan, maxAge), ...otherCode(plan)]);
  const name = nameOf(plan);
  const loaded = await load(await findPlaybook(name), {
    sources: plan.inventory.paths,
    playbookFolder: folderOfPlaybook(name),
    defaults,
    vault,
    extra: extraVars,
  });
  refuse(path, otherInventory(plan, loaded, key));
  printWarnings(loaded.warnings);
  const targets = new Set(plan.targets);
  const members = loaded.members.filter(({ host }) => targets.has(host.name));
  await using connections = new Connections(undefined, limits);
  const approval = new Approval(plan, key, await usedOnHosts(connections, plan.id, members));
  const { result } = await runLoaded({
    loaded: { ...loaded, targets },
    connections,
    mode: 'apply',
    record: options,
    rollout: plan.rollout,
    choice: plan.choice,
    planId: plan.id,
    approve: (plans) => approval.judge(plans),
    onEvent: (event) => approval.onEvent(event),
  });
  await approval.end();
  if (!json) {
    for (const text of await approval.texts(paintFor(process.stdout))) print(text);
    printSummary(result);
  }
  return exitCodeOf(result);
}

function refuse(path: string, failures: readonly Failure[]): void {
  if (failures.length > 0) throw new Failures(failures.map((failure) => failure.at(path)));
}

function ofFile(read: ReadPlan, key: Buffer): readonly Failure[] {
  if (read.isSealedWith(key)) return [];
  return [
    new Failure('The plan was not saved by this user on this machine, or was changed since', {
      fix: 'Apply it where it was saved, or bring ~/.local/state/rota/plan-key from there; see docs/plans.md.',
    }),
  ];
}

function tooOld(plan: SavedPlan, oldest: number): readonly Failure[] {
  const age = ageOf(plan, new Date());
  if (age <= oldest) return [];
  return [
    new Failure('The plan is too old', {
      ran: `made ${plan.created}, ${formatAge(age)} ago`,
      fix: `${NEW_PLAN}\nOr allow more, such as: --max-age 2d`,
    }),
  ];
}

function otherCode({ rota, playbook }: SavedPlan): readonly Failure[] {
  const now = { version: versionOfPackage(), code: hashOfCode(playbook.path) };
  if (now.version === rota.version && now.code === rota.code) return [];
  const shown = ({ version, code }: typeof now) => `${version} (${code.slice(0, 12)})`;
  return [
    new Failure('The plan was saved by another rota, or the playbook was changed since', {
      ran: `then ${shown(rota)}, now ${shown(now)}`,
      fix: NEW_PLAN,
    }),
  ];
}

function otherInventory(
  { inventory }: SavedPlan,
  { members }: Loaded<unknown>,
  key: Buffer,
): readonly Failure[] {
  if (inventoryHash(members, key) === inventory.hash) return [];
  return [
    new Failure('The inventory was changed after the plan was saved', {
      ran: inventory.paths.join(', '),
      fix: `Give the same -e, -b and other flags for connections, if there were any. ${NEW_PLAN}`,
    }),
  ];
}

function nameOf({ playbook: { command, path } }: SavedPlan): PlaybookName {
  if (command !== 'run') return { command };
  if (path === undefined) throw new Error('A plan of a playbook of the user’s own has no path');
  return { command, path };
}

/** When a plan was applied, by the runs that hosts know of; undefined: by none that they still know. */
async function usedOnHosts(
  connections: Connections,
  planId: string,
  members: Loaded<unknown>['members'],
): Promise<string | undefined> {
  // One that cannot be asked is told by the run itself, which changes nothing then.
  const { known } = await lookForRuns(connections, members);
  return known.find(({ record }) => record.plan === planId)?.record.since;
}

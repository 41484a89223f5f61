import { randomBytes } from 'node:crypto';
import { type Choice, isPartial } from '#engine/model/choice.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import type { RolloutOptions } from '#engine/model/rollout.ts';
import { inventoryHash } from '#engine/plan/hashes.ts';
import { writePlan } from '#engine/plan/plan-file.ts';
import { saveHost } from '#engine/plan/saved-host.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { hashOfCode } from './code-hash.ts';
import type { PlaybookName } from './find-playbook.ts';
import type { Loaded } from './load.ts';
import type { InventoryRequest } from './open-inventory.ts';
import { versionOfPackage } from './package.ts';
import { print } from './print.ts';
import type { Ran } from './print-outcome.ts';
import { machineName, userName } from './run-loaded.ts';
import { planKey } from './saved-plans.ts';
import { replaceText } from './text-files.ts';

export interface PlanInput<V> {
  readonly name: PlaybookName;
  readonly loaded: Loaded<V>;
  readonly inventory: InventoryRequest;
  readonly rollout: RolloutOptions;
  readonly choice: Choice;
  readonly options: { readonly limit?: string; readonly json?: boolean };
  readonly ran: Ran;
}

/** What a script will do is unknown, so that no plan can promise it. */
export function refuseScript({ name, script }: Playbook<unknown>): void {
  if (script === undefined) return;
  throw new Failure('A playbook with a script cannot be saved as a plan', {
    where: name,
    fix: 'What a script does is only known when it runs. Put it into a playbook of its own.',
  });
}

/** Writes what a dry run found as a plan file. Throws a Failure for a dry run that is not whole. */
export async function savePlan<V>(path: string, input: PlanInput<V>): Promise<void> {
  const { failures, interrupted } = input.ran.result;
  if (failures.length > 0 || interrupted) throw notSaved(path);
  const key = await planKey();
  await replaceText(path, writePlan(planOf(input, key), key));
  if (input.options.json) return;
  print(`The plan is in ${path}. Read it: npm run show -- ${path}`);
  print(`Do exactly that, once: npm run apply -- ${path}${await again(input.inventory)}`);
}

/** A plan keeps no values and no passwords: these flags are for `apply` to be given again. */
async function again({ extra = [], defaults }: InventoryRequest): Promise<string> {
  const { become, password, loginPassword, transport } = (await defaults?.()) ?? {};
  const flags = [
    extra.length > 0 && '-e',
    become && '-b',
    password && '-K',
    loginPassword && '-k',
    transport && '--transport',
  ].filter(Boolean);
  return flags.length === 0 ? '' : `, with the same ${flags.join(', ')} after it`;
}

function notSaved(path: string): Failure {
  return new Failure('The plan was not saved, since the dry run has failed', {
    where: path,
    fix: 'Mend what is said above, or leave hosts out with --limit, and run again.',
  });
}

function planOf<V>(input: PlanInput<V>, key: Buffer): SavedPlan {
  const { name, loaded, inventory, rollout, choice, options, ran } = input;
  const path = name.command === 'run' ? name.path : undefined;
  const id = randomBytes(8).toString('hex');
  return {
    id,
    created: new Date().toISOString(),
    by: { user: userName(), machine: machineName() },
    rota: { version: versionOfPackage(), node: process.version, code: hashOfCode(path) },
    playbook: { name: loaded.playbook.name, command: name.command, path },
    inventory: { paths: inventory.sources, hash: inventoryHash(loaded.members, key) },
    limit: options.limit,
    choice: isPartial(choice) ? choice : undefined,
    targets: [...loaded.targets],
    rollout,
    hosts: ran.plans.map((plan) => saveHost(plan, { key, planId: id })),
  };
}

import type { Command } from 'commander';
import { choiceFlags } from '#engine/plan/saved-choice.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { flagsOf } from '#engine/plan/saved-rollout.ts';
import { showHost } from '#engine/plan/show-host.ts';
import { paintFor } from '#engine/report/paint.ts';
import { formatAge, formatPlanHead, type PlanHead } from '#engine/report/plan-head.ts';
import { countOf, inventoryHosts } from '#engine/report/words.ts';
import type { Done } from '../command-file.ts';
import { ageOf, openPlan } from '../open-plan.ts';
import { usedAt } from '../plan-state.ts';
import { print } from '../print.ts';
import { printPlans } from '../print-plans.ts';

export function define(command: Command, done: Done): void {
  command
    .argument('<plan>', 'a file that --plan-out wrote')
    .action(async (path: string) => done(await show(path)));
}

/** Prints a saved plan as the dry run did that it is from, with what there is to know of it. */
async function show(path: string): Promise<number> {
  const { plan } = await openPlan(path);
  const head = formatPlanHead(headOf(plan, await usedAt(plan.id)), paintFor(process.stdout));
  process.stdout.write(`${head}\n\n`);
  await printPlans(plan.hosts.map(showHost));
  print(totalsOf(plan));
  return 0;
}

function headOf(plan: SavedPlan, used: string | undefined): PlanHead {
  const { playbook, inventory, by, rota, limit, rollout, choice } = plan;
  const age = formatAge(ageOf(plan, new Date()));
  const flags = [...(choice ? choiceFlags(choice) : []), ...flagsOf(rollout)];
  return {
    title: `Plan of ${playbook.name} for ${inventory.paths.join(', ')}`,
    facts: [
      ['made', `${plan.created}, ${age} ago, by ${by.user} on ${by.machine}`],
      ['playbook', playbook.path],
      ['limit', limit],
      ['options', flags.length === 0 ? undefined : flags.join(' ')],
      ['rota', `${rota.version} (${rota.code.slice(0, 12)}), Node ${rota.node}`],
      ['plan', plan.id],
      ['used', used],
    ],
  };
}

function totalsOf({ hosts }: SavedPlan): string {
  const changing = hosts.filter(({ stages }) =>
    stages.flat().some(({ fields }) => fields.length > 0),
  );
  if (changing.length === 0) return 'The plan changes nothing';
  const ofInventory = inventoryHosts(hosts, ({ host }) => host);
  const all = countOf(ofInventory.length, 'host');
  return `\nThe plan changes ${changing.filter((one) => ofInventory.includes(one)).length} of ${all}`;
}

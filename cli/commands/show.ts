import type { Command } from 'commander';
import { choiceFlags, flagsOf } from '#engine/plan/saved-flags.ts';
import { showHost } from '#engine/plan/saved-host.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { paintFor } from '#engine/report/paint.ts';
import { countOf, inventoryHosts, padEnd, widest } from '#engine/report/words.ts';
import { addJson } from '../flags/values.ts';
import { page } from '../page.ts';
import { printJson } from '../print.ts';
import { plansText } from '../print-outcome.ts';
import { ageOf, formatAge, openPlan, usedAt } from '../saved-plans.ts';

export function define(command: Command) {
  addJson(command.argument('<plan>', 'a file that --plan-out wrote'), 'print it as JSON');
  return show;
}

/** Prints a saved plan as the dry run did that it is from, with what there is to know of it. */
async function show(path: string, { json }: { readonly json?: string }): Promise<number> {
  const { plan } = await openPlan(path);
  const used = await usedAt(plan.id);
  if (json) {
    await printJson(asJson(plan, used));
    return 0;
  }
  const changes = await plansText(plan.hosts.map(showHost));
  await page(`${[headOf(plan, used), changes, totalsOf(plan)].filter(Boolean).join('\n\n')}\n`);
  return 0;
}

/** Without the hashes and the seals by which it is held against what is there. */
function asJson({ hosts, rota, inventory, ...plan }: SavedPlan, used: string | undefined): object {
  return {
    ...plan,
    rota: { version: rota.version, node: rota.node },
    inventory: inventory.paths,
    used,
    hosts: hosts.map(showHost).map(({ host, stages, impact }) => ({
      host,
      stages: stages.map((tasks) => tasks.map(({ title, fields }) => ({ title, fields }))),
      impact,
    })),
  };
}

/** What the plan is, and a line for each thing to know of it. */
function headOf(plan: SavedPlan, used: string | undefined): string {
  const paint = paintFor(process.stdout);
  const title = `Plan of ${plan.playbook.name} for ${plan.inventory.paths.join(', ')}`;
  const known = factsOf(plan, used).flatMap(([name, value]) => (value ? [[name, value]] : []));
  const width = widest(known.map(([name = '']) => name));
  const lines = known.map(
    ([name = '', value = '']) => `  ${paint('dim', padEnd(name, width))}  ${escapeControl(value)}`,
  );
  return [paint('bold', escapeControl(title)), ...lines].join('\n');
}

function factsOf(
  plan: SavedPlan,
  used: string | undefined,
): readonly (readonly [string, string | undefined])[] {
  const { playbook, by, rota, limit, rollout, choice } = plan;
  const age = formatAge(ageOf(plan, new Date()));
  const flags = [...(choice ? choiceFlags(choice) : []), ...flagsOf(rollout)];
  return [
    ['made', `${plan.created}, ${age} ago, by ${by.user} on ${by.machine}`],
    ['playbook', playbook.path],
    ['limit', limit],
    ['options', flags.join(' ')],
    ['rota', `${rota.version} (${rota.code.slice(0, 12)}), Node ${rota.node}`],
    ['plan', plan.id],
    ['used', used],
  ];
}

function totalsOf({ hosts }: SavedPlan): string {
  const changing = hosts.filter(({ stages }) =>
    stages.flat().some(({ fields }) => fields.length > 0),
  );
  if (changing.length === 0) return 'The plan changes nothing';
  const ofInventory = inventoryHosts(hosts, ({ host }) => host);
  const all = countOf(ofInventory.length, 'host');
  return `The plan changes ${changing.filter((one) => ofInventory.includes(one)).length} of ${all}`;
}

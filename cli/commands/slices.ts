import { type Command, Option } from 'commander';
import { Failure } from '#engine/model/failure.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { foldNames } from '#engine/report/fold-names.ts';
import { toJson } from '#engine/report/json.ts';
import { countOf, formatTable } from '#engine/report/words.ts';
import { countFor, type SliceHosts, slicesOf, wholesOf } from '#engine/rollout/slices.ts';
import {
  addInventory,
  addPlaybook,
  type InventoryFlags,
  type PlaybookFlags,
  playbookNamed,
  requestOf,
} from '../flags/inventory.ts';
import { addLimit } from '../flags/run.ts';
import { count } from '../flags/values.ts';
import { loadNamed } from '../load.ts';
import { columnsOf, fitTo, print, printWarnings } from '../print.ts';

interface SlicesFlags extends InventoryFlags, PlaybookFlags {
  readonly limit?: string;
  readonly size?: number;
  readonly count?: number;
  readonly json?: boolean;
  readonly matrix?: boolean;
  readonly job?: string;
  readonly limitFiles?: string;
}

/** What one process holds well. */
const SIZE = 1000;

export function define(command: Command) {
  addLimit(addPlaybook(addInventory(command)));
  const size = new Option('--size <n>', `at most so many hosts in one; ${SIZE}, when left out`);
  command
    .addOption(size.argParser(count).conflicts('count'))
    .option('--count <n>', 'so many slices, fewer where there are fewer rings or hosts', count);
  const views = VIEWS.map(([flags, description]) => new Option(flags, description));
  const names = views.map((view) => view.attributeName());
  for (const view of views)
    command.addOption(view.conflicts(names.filter((name) => name !== view.attributeName())));
  return slices;
}

/** Of which one at most can be asked for. */
const VIEWS = [
  ['--json', 'print the hosts of each as JSON'],
  ['--matrix', 'print the matrix of a GitHub workflow, whose jobs take --slice'],
  ['--job <image>', 'print a Kubernetes Indexed Job, whose pods take --slice job/N'],
  [
    '--limit-files <folder>',
    'write the hosts of each into a file of that folder, for --limit @FILE',
  ],
] as const;

/** Cuts the hosts of a playbook into parts that can be run apart; connects nowhere. */
async function slices(inventory: string, flags: SlicesFlags): Promise<number> {
  const request = requestOf(inventory, flags);
  const { playbook, members, targets, warnings } = await loadNamed(
    playbookNamed(flags),
    request,
    flags,
  );
  printWarnings(warnings);
  const wholes = wholesOf(playbook, members, targets);
  const wanted = flags.count ?? countFor(wholes, flags.size ?? SIZE);
  await show(slicesOf(wholes, wanted), { inventory, flags });
  return 0;
}

interface Asked {
  readonly inventory: string;
  readonly flags: SlicesFlags;
}

async function show(found: readonly SliceHosts[], { inventory, flags }: Asked): Promise<void> {
  const { json, matrix, job, limitFiles } = flags;
  if (json) return print(toJson({ slices: found.map((hosts) => ({ hosts })) }));
  if (matrix) return print(toJson(matrixOf(found)));
  if (job !== undefined) {
    const { jobManifest } = await import('../job-manifest.ts');
    const words = wordsOf(inventory, flags);
    return print(jobManifest({ image: job, slices: found.length, words }).trimEnd());
  }
  if (limitFiles === undefined) return print(fitTo(process.stdout, tableOf(found)));
  const { writeLimitFiles } = await import('../limit-files.ts');
  await writeLimitFiles(limitFiles, found);
  print(`${countOf(found.length, 'file')} in ${limitFiles}`);
}

function tableOf(found: readonly SliceHosts[]): string {
  const rows = found.map((names, index) => [
    `${index + 1}/${found.length}`,
    String(names.length),
    escapeControl(foldNames(names)),
  ]);
  return formatTable([['slice', 'hosts', 'which'], ...rows], columnsOf(process.stdout));
}

/** No names of hosts, which a workflow would put into scripts: the same inventory is cut the same way. */
function matrixOf(found: readonly SliceHosts[]) {
  if (found.length > MOST_JOBS)
    throw new Failure('A matrix of GitHub has 256 jobs at most', {
      ran: `${found.length} slices`,
      fix: `Cut fewer: --count ${MOST_JOBS}`,
    });
  return { slice: found.map((_, index) => `${index + 1}/${found.length}`) };
}

const MOST_JOBS = 256;

/** What runs the playbook, with all that the cut depends on. */
function wordsOf(inventory: string, flags: SlicesFlags): readonly string[] {
  const { playbook, limit, inventory: more = [], extraVars = [] } = flags;
  if (extraVars.some((text) => !text.startsWith('@')))
    throw new Failure('A manifest is no place for variables, which may be secret', {
      where: '-e',
      fix: 'Put them into the inventory, or into a file of the image: -e @FILE',
    });
  return [
    ...(playbook === undefined ? ['deploy'] : ['run', playbook]),
    inventory,
    ...more.flatMap((path) => ['-i', path]),
    ...extraVars.flatMap((text) => ['-e', text]),
    ...(limit === undefined ? [] : ['--limit', limit]),
  ];
}

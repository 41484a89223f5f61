import { type Command, Option } from 'commander';
import { type DrillOutcome, runDrill } from '#engine/drill/run-drill.ts';
import type { TrialResult } from '#engine/model/drill.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE } from '#engine/model/host.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { drillAsData, formatDrill } from '#engine/report/drill.ts';
import { escapeControl } from '#engine/report/escape.ts';
import { exitCodeOf, exitCodeOfFailures, INTERRUPTED_EXIT_CODE } from '#engine/report/exit-code.ts';
import { formatFinding } from '#engine/report/failure.ts';
import { paintFor } from '#engine/report/paint.ts';
import { plainReport } from '#engine/report/plain.ts';
import type { WriteOut } from '#engine/report/report.ts';
import { Unknown } from '#engine/rollout/settle-check.ts';
import type { Emit, RunResult } from '#engine/run/events.ts';
import { Connections } from '#lib/ssh/index.ts';
import deploy from '#playbooks/deploy.ts';
import { DRILL_READS, type DrillOptions, drills } from '#playbooks/drill.ts';
import type { Node } from '#playbooks/status.ts';
import { DrillHosts } from '../drill-hosts.ts';
import { addInventory, type InventoryFlags, requestOf } from '../flags/inventory.ts';
import { limitsOf } from '../flags/limits.ts';
import { addJson, count } from '../flags/values.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { type Loaded, load } from '../load.ts';
import { fitTo, print, printFailures, printJson, printWarnings } from '../print.ts';
import { printSummary } from '../print-outcome.ts';
import { runLoaded } from '../run-loaded.ts';

interface DrillFlags extends InventoryFlags {
  readonly vip?: number;
  readonly hard?: boolean;
  readonly breakWith?: string;
  readonly mendWith?: string;
  readonly json?: string;
}

export function define(command: Command) {
  const breakWith = new Option(
    '--break-with <command>',
    'let the node fail with a command of yours, which gets its name',
  ).conflicts('hard');
  addJson(addInventory(command), 'print what came of it as JSON, and nothing while it lasts')
    .option('--vip <n>', 'only the n-th VIP of each ring', count)
    .option('--hard', 'kill keepalived, where it is stopped gracefully otherwise')
    .addOption(breakWith)
    .option('--mend-with <command>', 'the command that mends the node again');
  return drill;
}

type LoadedRing = Loaded<Node['vars']>;

/** Lets the holder of each VIP fail in turn, from a ring that is whole to one that is whole again. */
async function drill(inventory: string, flags: DrillFlags): Promise<number> {
  const options = optionsOf(flags);
  const ring = await load(deploy, requestOf(inventory, flags));
  printWarnings(ring.warnings);
  await using connections = new Connections(undefined, limitsOf(flags));
  const isQuiet = flags.json !== undefined;
  const before = await verify({ ring, connections, isQuiet });
  if (before.code !== 0) {
    const errors = before.code === 6 ? [notBegun(before.result)] : [];
    if (isQuiet) await printEnd([], [...before.result.failures, ...errors]);
    else if (errors.length > 0) printFailures(errors);
    return before.code;
  }
  const stop = stopOnInterrupt();
  const { results, failures } = await runAll({ ring, options, connections, isQuiet, stop });
  if (results.length > 0 && !isQuiet) print(`\n${formatDrill(results)}\n`);
  const all = [...failures, ...results.filter(isUnexpected).map(otherwise)];
  if (all.length > 0 && !isQuiet) printFailures(all);
  if (stop.aborted && failures.length === 0 && !isQuiet)
    print('Interrupted: the ring is whole again');
  const code = stop.aborted ? INTERRUPTED_EXIT_CODE : exitCodeOfFailures(all);
  const after = code === 0 ? await verify({ ring, connections, isQuiet }) : undefined;
  if (isQuiet) await printEnd(results, [...all, ...(after?.result.failures ?? [])]);
  return after?.code ?? code;
}

async function printEnd(results: readonly TrialResult[], errors: readonly Failure[]) {
  await printJson({ trials: drillAsData(results), errors });
}

function isUnexpected({ findings }: TrialResult): boolean {
  return findings.length > 0;
}

async function verify({ ring, connections, isQuiet }: Omit<DrillRun, 'options' | 'stop'>) {
  const common = { mode: 'verify', rollout: CAREFUL } as const;
  const { result } = await runLoaded({ ...common, loaded: ring, connections, isQuiet });
  if (!isQuiet) printSummary(result);
  return { result, code: exitCodeOf(result) };
}

interface DrillRun {
  readonly ring: LoadedRing;
  readonly options: DrillOptions;
  readonly connections: Connections;
  readonly isQuiet: boolean;
  readonly stop: AbortSignal;
}

/** The rings one after the other; none after one that is not whole again. */
async function runAll({
  ring,
  options,
  connections,
  isQuiet,
  stop,
}: DrillRun): Promise<DrillOutcome> {
  const report = drillReport(isQuiet ? () => {} : (text) => process.stdout.write(text));
  const results: TrialResult[] = [];
  await using hosts = new DrillHosts(ring.members, { connections, emit: report.emit, stop });
  await using controlMachine = await connections.connect(CONTROL_MACHINE);
  await hosts.open();
  for (const one of drills(ring.members, await hosts.ask(DRILL_READS), options)) {
    const input = { ...report, drill: one, hosts: hosts.of(one.ring), controlMachine, stop };
    const outcome = await runDrill(input);
    results.push(...outcome.results);
    if (outcome.failures.length > 0) return { results, failures: outcome.failures };
  }
  return { results, failures: [] };
}

/** What happens in a drill, as lines: it is the order of things that matters, and their times. */
function drillReport(write: WriteOut): {
  readonly emit: Emit;
  say(host: string, text: string): void;
} {
  const report = plainReport(
    (text) => write(fitTo(process.stdout, text)),
    paintFor(process.stdout),
  );
  return {
    // That hosts are connected and asked is no news; a failure of theirs is thrown.
    emit: (event) => {
      if (event.type.startsWith('check') || event.type === 'hostSettling') report.onEvent(event);
    },
    say: (host, text) => write(`${escapeControl(`${host}  ${text}`)}\n`),
  };
}

function optionsOf({ vip, hard = false, breakWith, mendWith }: DrillFlags): DrillOptions {
  if (breakWith === undefined && mendWith === undefined) return { vip, hard };
  if (breakWith === undefined || mendWith === undefined) throw halfBroken();
  return { vip, hard, break: { cause: breakWith, mend: mendWith } };
}

function halfBroken(): Failure {
  return new Failure('A command that breaks a node needs one that mends it', {
    fix: 'Give both: --break-with COMMAND --mend-with COMMAND',
  });
}

function notBegun({ failures }: RunResult): Failure {
  const unknown = failures.find((failure) => failure instanceof Unknown);
  const why = unknown ? 'nobody knows whether the ring is whole' : 'the ring is not whole';
  return new Failure(`The drill was not begun, since ${why}`, {
    kind: 'check',
    fix: unknown?.fix ?? 'Mend what is named above: npm run deploy -- INVENTORY --repair',
  });
}

function otherwise({ trial, findings }: TrialResult): Failure {
  return new Failure('The drill went otherwise than VRRP promises', {
    kind: 'check',
    where: `${trial.noun} ${trial.name} › ${trial.holder}: ${trial.fault.title}`,
    output: findings.map(formatFinding).join('\n'),
  });
}

import type { Check } from '#engine/model/check.ts';
import type { RolloutOptions } from '#engine/model/course.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import type { Member, Playbook } from '#engine/model/playbook.ts';
import type { Connect } from '#engine/transport/session.ts';
import type { Emit, HostSummary, Mode, RunEvent, RunResult } from './events.ts';
import { HostRun } from './host-run.ts';
import { stagesIn } from './host-tasks.ts';
import type { HostPlan } from './plan.ts';
import { rollOut } from './roll-out.ts';
import { planScript, runScript, type ShellOn } from './run-script.ts';
import { settleCheck } from './settle-check.ts';

export interface RunInput<V> {
  readonly playbook: Playbook<V>;
  /** All hosts of the playbook: each is observed. */
  readonly members: readonly Member<V>[];
  /** The names of those that may be changed (--limit). */
  readonly targets: ReadonlySet<string>;
  readonly mode: Mode;
  readonly runId: string;
  readonly connect: Connect;
  readonly emit: Emit;
  readonly shellOn: ShellOn;
  readonly rollout: RolloutOptions;
  /** Is asked once all is planned, before anything is changed. Nothing is when it finds a reason. */
  approve?(plans: readonly HostPlan[]): Promise<readonly Failure[]>;
  /** Ctrl-C: what runs is finished, nothing new starts. */
  readonly stop: AbortSignal;
}

/** What the parts of one run share. */
export interface Run<V> {
  readonly input: RunInput<V>;
  readonly local: HostRun | undefined;
  readonly nodes: readonly HostRun[];
  readonly checks: readonly Check[];
}

/** Puts a playbook into effect, or only plans or verifies it. Never rejects for a host's sake. */
export async function runPlaybook<V>(input: RunInput<V>): Promise<RunResult> {
  const startedAt = performance.now();
  const failures: Failure[] = [];
  const emit = collecting(input.emit, failures);
  const run = prepareRun({ ...input, emit });
  const all = [...(run.local ? [run.local] : []), ...run.nodes];
  emit({
    type: 'runStarted',
    runId: input.runId,
    playbook: input.playbook.name,
    mode: input.mode,
    hosts: all.map(({ name }) => name),
  });
  input.stop.addEventListener('abort', () => emit({ type: 'interrupted' }), { once: true });
  let script: readonly HostSummary[] = [];
  try {
    await lookAtAll(run);
    if (input.mode === 'apply') await applyAll(run);
    script = await scriptOf(run);
    if (input.mode !== 'dry-run') await verifyAll(run);
  } finally {
    await Promise.all(all.map((host) => host.close()));
  }
  const hosts = [...all.map((host) => host.summary()), ...script];
  for (const summary of hosts) emit({ type: 'hostFinished', summary });
  const { runId, mode, stop } = input;
  const result = {
    runId,
    mode,
    hosts,
    failures,
    interrupted: stop.aborted,
    elapsedMs: performance.now() - startedAt,
  };
  emit({ type: 'runFinished', result });
  return result;
}

/** Not after a failure: a script counts on what the tasks before it brought about. */
async function scriptOf<V>(run: Run<V>): Promise<readonly HostSummary[]> {
  const { playbook, mode, stop } = run.input;
  if (playbook.script === undefined || mode === 'verify') return [];
  if (mode === 'dry-run') return [planScript(run)];
  const broken = [run.local, ...run.nodes].some((host) => host?.failure !== undefined);
  return broken || stop.aborted ? [] : [await runScript(run, performance.now())];
}

function collecting(emit: Emit, failures: Failure[]): Emit {
  return (event: RunEvent) => {
    if ('failure' in event && event.failure && !failures.includes(event.failure))
      failures.push(event.failure);
    emit(event);
  };
}

function prepareRun<V>(input: RunInput<V>): Run<V> {
  const { playbook, members, mode } = input;
  const common = { runId: input.runId, connect: input.connect, emit: input.emit, stop: input.stop };
  const local =
    playbook.local && mode !== 'verify'
      ? new HostRun({
          ...common,
          host: CONTROL_MACHINE,
          stagesFor: (facts) => stagesIn(playbook.local?.({ members, facts }) ?? []),
        })
      : undefined;
  const hasNodes = playbook.tasks ?? playbook.prepare ?? playbook.verify ?? playbook.script;
  const nodes = (hasNodes ? members : []).map(
    (member) =>
      new HostRun({
        ...common,
        host: member.host,
        stagesFor: (facts) => {
          if (mode === 'verify') return [];
          const context = {
            ...member,
            members,
            facts,
            local: local?.answers ?? facts,
            without: new Set<string>(),
          };
          return [playbook.prepare?.(context) ?? [], ...stagesIn(playbook.tasks?.(context) ?? [])];
        },
      }),
  );
  return { input, local, nodes, checks: playbook.verify?.(members) ?? [] };
}

const CONTROL_MACHINE: Host = {
  name: 'localhost',
  groups: [],
  variables: new Map(),
  connection: { transport: 'local', address: 'localhost', port: 0, user: '' },
  origin: { file: '', line: 0, column: 0 },
};

/** Connects everywhere at once; the nodes' one exchange waits for the control machine's answers. */
async function lookAtAll<V>({ input, local, nodes, checks }: Run<V>): Promise<void> {
  const open = Promise.all(nodes.map((node) => node.open()));
  await local?.open();
  await local?.look([]);
  await local?.plan();
  await open;
  if (local?.failure !== undefined) return;
  await Promise.all(
    nodes.map(async (node) => {
      const looks = input.mode === 'dry-run' ? [] : checks;
      await node.look(looks.flatMap((check) => Object.values(check.readsFor(node.name))));
      if (input.mode !== 'verify' && input.targets.has(node.name)) await node.plan();
    }),
  );
}

async function applyAll<V>(run: Run<V>): Promise<void> {
  const { local } = run;
  await local?.apply(0);
  if (local?.failure !== undefined) return;
  const targets = run.nodes.filter(({ name }) => run.input.targets.has(name));
  await Promise.all(targets.map((node) => node.apply(0, 1)));
  if (run.input.playbook.rollout) await rollOut(run, run.input.playbook.rollout);
  else await Promise.all(targets.map((node) => node.apply(1)));
}

async function verifyAll<V>({ input, nodes, checks, local }: Run<V>): Promise<void> {
  if (input.stop.aborted || local?.failure !== undefined) return;
  if (nodes.some(({ failure }) => failure?.kind === 'vips')) return;
  const changed = nodes.some((node) => node.changed > 0);
  // What failed before any change says enough, and has moved no VIP.
  const failedEarly = !changed && nodes.some(({ failure }) => failure !== undefined);
  if (input.mode === 'apply' && failedEarly) return;
  // What a host out of reach holds cannot be seen: that it is out of reach is said by itself.
  const hosts = nodes.filter(({ failure }) => failure?.kind !== 'unreachable');
  if (hosts.length === 0) return;
  for (const check of checks) {
    const looked = new Map(hosts.map((node) => [node.name, node.answers]));
    // Every change has passed its gate, with two good samples; without one, they are taken here.
    const afterChange = changed && input.playbook.rollout === undefined;
    await settleCheck({
      check,
      hosts,
      afterChange,
      emit: input.emit,
      stop: input.stop,
      ...(changed ? {} : { first: looked }),
    });
  }
}

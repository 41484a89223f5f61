import { Answers } from '#engine/model/answers.ts';
import { choiceAfter, EVERYTHING } from '#engine/model/choice.ts';
import type { Member } from '#engine/model/playbook.ts';
import { stagesIn } from '#engine/model/stages.ts';
import { CONTROL_MACHINE } from './control-machine.ts';
import { HostRun } from './host-run.ts';
import type { Run, RunInput } from './run-playbook.ts';

/** A run before anything of it has happened. */
export function prepareRun<V>(input: RunInput<V>): Run<V> {
  const { playbook, members, mode } = input;
  const { runId, about, connect, emit, stop, choice = EVERYTHING } = input;
  const onChanged = input.onChanged && { onChanged: input.onChanged };
  const common = { runId, about, connect, emit, stop, ...onChanged };
  const local =
    playbook.local && mode !== 'verify'
      ? new HostRun({
          ...common,
          armedFrom: NEVER,
          choice,
          host: CONTROL_MACHINE,
          connect: () => connect(input.localHost ?? CONTROL_MACHINE),
          stagesFor: (facts) => stagesIn(playbook.local?.({ members, facts }) ?? []),
        })
      : undefined;
  const hasNodes = playbook.tasks ?? playbook.prepare ?? playbook.verify ?? playbook.script;
  const nodes = (hasNodes ? members : []).map(
    (member) =>
      new HostRun({
        ...common,
        armedFrom: playbook.rollout === undefined ? NEVER : FIRST_GATED,
        choice: choiceAfter(localTitles(input), choice),
        host: member.host,
        stagesFor: (facts) => {
          if (mode === 'verify') return [];
          const without = partsLeftOut(run, member);
          const context = { ...member, members, facts, local: local?.answers ?? facts, without };
          return [playbook.prepare?.(context) ?? [], ...stagesIn(playbook.tasks?.(context) ?? [])];
        },
      }),
  );
  const scope = { targets: input.targets, options: input.rollout };
  const checks = playbook.verify?.(members, scope) ?? [];
  const run: Run<V> = { input, local, nodes, checks, rings: [] };
  return run;
}

/** As far as they are known at first. */
function localTitles<V>({ playbook, members }: RunInput<V>): readonly string[] {
  const stages = stagesIn(playbook.local?.({ members, facts: new Answers() }) ?? []);
  return stages.flat().map(({ title }) => title);
}

const NEVER = Number.POSITIVE_INFINITY;

/** What comes before it disturbs nothing that runs. */
const FIRST_GATED = 1;

function partsLeftOut<V>({ rings }: Run<V>, { host }: Member<V>): ReadonlySet<string> {
  const ring = rings.find(({ hosts }) => hosts.some(({ name }) => name === host.name));
  return ring?.phase?.without ?? new Set();
}

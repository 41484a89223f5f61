import { Failure } from '#engine/model/failure.ts';
import { Pending } from '#engine/model/state.ts';
import type { HostSummary } from './events.ts';
import type { Run } from './run.ts';

/** The name that a playbook's script has among the hosts of a run. */
const SCRIPT = 'script';

/** A script holds sessions, so that a dry run cannot run it: it says that what it does is unknown. */
export function planScript<V>({ input }: Run<V>): HostSummary {
  const after = new Pending('what the script does', 'until it runs');
  const title = `script of ${input.playbook.name}`;
  const planned = { title, fields: [{ name: 'changes', before: undefined, after }], commands: [] };
  input.emit({ type: 'hostPlanned', host: SCRIPT, stages: [[planned]] });
  return { ...NOTHING, pending: 1 };
}

/** Runs the script of a playbook. What it throws, but for bugs, is its failure. */
export async function runScript<V>(run: Run<V>, startedAt: number): Promise<HostSummary> {
  const { input, nodes } = run;
  // It brings zx, which few playbooks need.
  const { shellOn } = await import('#engine/remote/host-shell.ts');
  const on = (name: string) => {
    const node = nodes.find((candidate) => candidate.name === name);
    if (node === undefined)
      throw new Failure('The script names a host that the playbook has not', {
        where: name,
        fix: `Use one of: ${nodes.map((each) => each.name).join(', ')}`,
      });
    if (node.failure !== undefined) throw node.failure;
    return { $: shellOn(node.connection.session) };
  };
  try {
    await input.playbook.script?.({ members: input.members, on });
    return { ...NOTHING, ok: 1, elapsedMs: performance.now() - startedAt };
  } catch (error) {
    input.emit({
      type: 'hostFailed',
      host: SCRIPT,
      failure: failureOf(error, input.playbook.name),
    });
    return { ...NOTHING, failed: 1, elapsedMs: performance.now() - startedAt };
  }
}

const NOTHING: HostSummary = {
  host: SCRIPT,
  ok: 0,
  changed: 0,
  failed: 0,
  pending: 0,
  unreachable: false,
  elapsedMs: 0,
};

/** zx rejects with its output; a lost connection is that output's cause. */
function failureOf(error: unknown, playbook: string): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error) || !('exitCode' in error)) throw error;
  if (error.cause instanceof Failure) return error.cause;
  const { exitCode, stdout, stderr } = error as Error & Record<string, unknown>;
  return new Failure('A command of the script failed', {
    where: playbook,
    ran: `exit ${exitCode}`,
    output: `${stderr}${stdout}`.trim(),
    fix: 'Mend what it says, and run again.',
  });
}

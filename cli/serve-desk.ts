import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Check } from '#engine/model/check.ts';
import { type Command, writeApart } from '#engine/model/command.ts';
import { Failure } from '#engine/model/failure.ts';
import { CONTROL_MACHINE, type Host } from '#engine/model/host.ts';
import { type Playbook, type Stages, stagesIn } from '#engine/model/playbook.ts';
import { holdsSecret } from '#engine/model/redaction.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import type { Task } from '#engine/model/task.ts';
import { exitCodeOf } from '#engine/report/exit-code.ts';
import { eventLine, toJson } from '#engine/report/json.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { newRunId } from '#engine/run/run.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { Connections } from '#lib/ssh/index.ts';
import type { DeskEvent, DeskPlace, Experiment } from '#prove/desk.ts';
import { limitsOf } from './flags/limits.ts';
import type { Loaded } from './load.ts';
import { prepareConnections } from './prepare-connections.ts';
import { aboutRun } from './run-loaded.ts';

/** Makes the runs that stdin asks for, a line each, and tells their events. */
export async function serveDesk<V>(loaded: Loaded<V>, place: DeskPlace): Promise<number> {
  writeApart(join(place.dir, 'fetched'));
  await using connections = new Connections(undefined, limitsOf({}));
  const members = loaded.members.map((member) => ({ ...member, host: inLab(member.host, place) }));
  const desk = { loaded: { ...loaded, members }, place, connections };
  await prepareConnections(
    connections,
    members.map(({ host }) => host),
  );
  for await (const line of createInterface({ input: process.stdin }))
    tell({
      type: 'experimentEnded',
      status: await runExperiment(desk, JSON.parse(line) as Experiment),
    });
  return 0;
}

interface ServedDesk<V> {
  readonly loaded: Loaded<V>;
  readonly place: DeskPlace;
  readonly connections: Connections;
}

async function runExperiment<V>(desk: ServedDesk<V>, experiment: Experiment): Promise<number> {
  const { loaded, place, connections } = desk;
  const known = new Map<string, readonly string[]>();
  const playbook = tried(loaded.playbook, experiment, (host, { title, reads }) => {
    known.set(
      `${host} ${title}`,
      reads.flatMap((read) => ('path' in read ? [read.path] : [])),
    );
  });
  const result = await runPlaybook({
    ...loaded,
    ...{ playbook, mode: experiment.mode, rollout: CAREFUL, runId: newRunId(new Date()) },
    localHost: CONTROL_MACHINE,
    about: aboutRun(playbook.name),
    connect: async (host) => await connections.connect(inLab(host, place)),
    stop: new AbortController().signal,
    emit: (event) => {
      process.stdout.write(eventLine(event, NO_HEADER, new Date()));
      if (event.type === 'hostPlanned') tellPaths(event, known);
    },
  });
  return exitCodeOf(result);
}

/** Nobody reads on what machine an experiment is made. */
const NO_HEADER = { rota: '', owner: '', inventory: [] };

function tell(event: DeskEvent): void {
  process.stdout.write(`${toJson(event)}\n`);
}

function tellPaths(
  { host, stages }: Extract<RunEvent, { type: 'hostPlanned' }>,
  known: ReadonlyMap<string, readonly string[]>,
): void {
  for (const { title: task, commands } of stages.flat()) {
    const written = commands.flatMap((command) => ('path' in command ? [command.path] : []));
    const paths = [...new Set([...written, ...(known.get(`${host} ${task}`) ?? [])])];
    tell({ type: 'taskPaths', host, task, paths, isSecret: commands.some(isSecret) });
  }
}

function isSecret(command: Command): boolean {
  return Object.values(command).some(
    (part) => (typeof part === 'string' || part instanceof Secret) && holdsSecret(reveal(part)),
  );
}

/** Never the address of the inventory, nor anything that it or ssh_config say of the way there. */
function inLab(host: Host, { addresses, dir }: DeskPlace): Host {
  const address = addresses[host.name];
  if (address === undefined)
    throw new Failure('The host is none of the lab', {
      where: host.name,
      fix: 'Connect to hosts of the playbook alone.',
    });
  return {
    ...host,
    connection: {
      ...{ transport: 'ssh', address, port: 22, user: 'root', keyFile: join(dir, 'id') },
      knownHostsFiles: [join(dir, 'known_hosts')],
      sshArguments: ['-F', 'none', '-o', 'IdentityAgent=none'],
      connectTimeoutMs: 60_000,
    },
  };
}

/** The playbook without some of its tasks, told what each is that is left; without its script. */
function tried<V>(
  { script: _, ...playbook }: Playbook<V>,
  { without, undone }: Experiment,
  see: (host: string, task: Task) => void,
): Playbook<V> {
  const left = (host: string, tasks: readonly Task[]) => {
    const wanted = tasks.filter(({ title }) => !without.includes(title));
    for (const task of wanted) see(host, task);
    return wanted;
  };
  const { local, prepare, tasks } = playbook;
  const stages = (host: string, all: Stages) => stagesIn(all).map((stage) => left(host, stage));
  const chosen: Playbook<V> = {
    ...playbook,
    ...(local ? { local: (context) => stages(CONTROL_MACHINE.name, local(context)) } : {}),
    ...(prepare ? { prepare: (context) => left(context.host.name, prepare(context)) } : {}),
    ...(tasks ? { tasks: (context) => stages(context.host.name, tasks(context)) } : {}),
  };
  return undone ? undoing(chosen) : chosen;
}

/** All in one step, what prepares it, too, and a gate that nothing passes. */
function undoing<V>({ prepare, verify: _, ...playbook }: Playbook<V>): Playbook<V> {
  return {
    ...playbook,
    tasks: (context) => [prepare?.(context) ?? [], ...stagesIn(playbook.tasks?.(context) ?? [])],
    rollout: { serial: '100%', gate: () => CLOSED },
  };
}

const CLOSED: Check = {
  ...{ title: 'nothing is to stay', spacingMs: 0, deadlineMs: 0, patienceMs: 0 },
  readsFor: () => ({}),
  judge: () => [{ what: 'the change', expected: 'none that stays', seen: 'one' }],
};

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Choice } from '#engine/model/choice.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Host } from '#engine/model/host.ts';
import { type Member, type Playbook, playbook } from '#engine/model/playbook.ts';
import { CAREFUL, type RolloutOptions } from '#engine/model/rollout.ts';
import type { Session } from '#engine/model/session.ts';
import type { PlannedTask } from '#engine/model/task.ts';
import type { HostSummary, Mode, RunEvent } from '#engine/run/events.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { runPlaybook } from '#engine/run/run-playbook.ts';
import { Connections } from '#lib/ssh/index.ts';
import { removeFolder } from '../../remove-folder.ts';

/** A folder of this machine that stands for a host: programs run here for real, below that folder. */
export class TemporaryHost {
  readonly name: string;
  readonly root = mkdtempSync(join(tmpdir(), 'rota-host-'));
  /** One entry per exchange: what was sent. */
  readonly exchanges: string[] = [];
  /** How many bytes came back in each. */
  readonly answers: number[] = [];
  /** How many bytes were streamed to it. */
  fed = 0;
  connections = 0;
  /** Those of them that have ended. */
  ended = 0;
  /** Channels that stay open while the run has the host. */
  leases = 0;
  /** Runs before each exchange, with its number from 1. */
  before: (exchange: number) => void | Promise<void> = () => undefined;

  constructor(name: string) {
    this.name = name;
  }

  path(name: string): string {
    return join(this.root, name);
  }

  async open(host: Host): Promise<Session> {
    const session = await new Connections().connect(host);
    this.connections += 1;
    return {
      ...session,
      host,
      exec: async (command, options = {}) => {
        if (command.includes('alive-')) this.leases += 1;
        if (typeof options.stdin === 'string') {
          this.exchanges.push(options.stdin);
          await this.before(this.exchanges.length);
        }
        const here = (text: string) =>
          text
            .replaceAll('/var/lib/rota', this.path('lib'))
            .replaceAll('/run/rota', this.path('run'));
        const stdin = typeof options.stdin === 'string' ? here(options.stdin) : options.stdin;
        if (command.includes('/feed-'))
          (stdin as Readable).on('data', (chunk) => {
            this.fed += chunk.length;
          });
        const exit = await session.exec(here(command), {
          ...options,
          ...(stdin === undefined ? {} : { stdin }),
        });
        if (typeof stdin === 'string') this.answers.push(exit.stdout.length);
        return exit;
      },
      [Symbol.asyncDispose]: async () => {
        this.ended += 1;
        await session[Symbol.asyncDispose]();
      },
    };
  }

  remove(): void {
    removeFolder(this.root);
  }
}

export function hostNamed(name: string): Host {
  return {
    name,
    groups: [],
    variables: new Map(),
    connection: { transport: 'local', address: 'localhost', port: 0, user: '' },
    origin: { file: 'inventory.yaml', line: 1, column: 1 },
  };
}

/** Runs a playbook on temporary hosts, and gives its result with all events. */
export async function runOn(
  hosts: readonly TemporaryHost[],
  playbook: Playbook<unknown>,
  options: {
    mode?: Mode;
    stop?: AbortSignal;
    onEvent?: (event: RunEvent) => void;
    approve?: (plans: readonly HostPlan[]) => Promise<readonly Failure[]>;
    rollout?: Partial<RolloutOptions>;
    choice?: Choice;
    forks?: number;
    /** Those that may be changed; all, when left out. */
    targets?: readonly string[];
    onChanged?: (host: string, task: PlannedTask) => void;
  } = {},
) {
  const events: RunEvent[] = [];
  const members: readonly Member<unknown>[] = hosts.map(({ name }) => ({
    host: hostNamed(name),
    vars: {},
  }));
  const result = await runPlaybook({
    playbook,
    members,
    targets: new Set(options.targets ?? hosts.map(({ name }) => name)),
    mode: options.mode ?? 'apply',
    runId: `r${runs++}`,
    about: { owner: 'ada@desk', since: '2026-11-24T00:00:00Z', what: playbook.name },
    stop: options.stop ?? new AbortController().signal,
    ...(options.approve === undefined ? {} : { approve: options.approve }),
    rollout: { ...CAREFUL, ...options.rollout },
    choice: options.choice,
    forks: options.forks,
    ...(options.onChanged === undefined ? {} : { onChanged: options.onChanged }),
    connect: async (host) => {
      const found = hosts.find(({ name }) => name === host.name);
      return found === undefined ? await new Connections().connect(host) : await found.open(host);
    },
    emit: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return { result, events };
}

let runs = 1;

const anything = { safeParse: (data: unknown) => ({ success: true as const, data }) };

/** A playbook of any shape, for hosts without variables. */
export function book(more: Partial<Playbook<unknown>>): Playbook<unknown> {
  return playbook({ name: 'test', hosts: 'all', vars: anything, ...more });
}

/** What became of the tasks of each host. */
export function counts(summaries: readonly HostSummary[]) {
  return Object.fromEntries(
    summaries.map(({ host, ok, changed, failed, pending }) => [
      host,
      { ok, changed, failed, pending },
    ]),
  );
}

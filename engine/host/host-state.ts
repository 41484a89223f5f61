import type { Failure } from '#engine/model/failure.ts';
import { differs, type StagePlan } from '#engine/model/task.ts';
import type { HostEvent } from './events.ts';

/** What a host has come to. */
export interface HostState {
  /** Why the host is out of the run. */
  readonly failure: Failure | undefined;
  readonly failed: number;
  /** The tasks that were changed, in that order, and not taken back. */
  readonly changed: readonly string[];
  /** How many of them, the first ones, an undo leaves as they are. */
  readonly kept: number;
  /** The others. */
  readonly tasks: ReadonlyMap<string, 'ok' | 'pending'>;
  /** That a command has begun which the host must be able to undo. */
  readonly isBegun: boolean;
  /** What was planned when it was last looked at; undefined when nothing was. */
  readonly planned: readonly StagePlan[] | undefined;
}

export const NOTHING_YET: HostState = {
  failure: undefined,
  failed: 0,
  changed: [],
  kept: 0,
  tasks: new Map(),
  isBegun: false,
  planned: undefined,
};

/** The state after an event of the host. `armed`: it undoes what begins now, unless it is kept. */
export function after(state: HostState, event: HostEvent, armed: boolean): HostState {
  const { tasks, failed, changed, isBegun } = state;
  switch (event.type) {
    case 'hostPlanned': {
      const planned = event.stages.flat();
      const all = planned.map((one) => [one.title, differs(one) ? 'pending' : 'ok'] as const);
      return { ...state, planned: event.stages, tasks: new Map(all) };
    }
    case 'taskUpset':
      return { ...state, tasks: new Map([...tasks, [event.task, 'pending']]) };
    case 'taskOk':
      return { ...state, tasks: new Map([...tasks, [event.task, 'ok']]) };
    case 'taskStarted':
      return { ...state, isBegun: isBegun || armed };
    case 'taskChanged':
      return { ...state, changed: [...changed, event.task], tasks: without(tasks, event.task) };
    case 'taskFailed': {
      const failure = state.failure ?? event.failure;
      return { ...state, failure, failed: failed + 1, tasks: without(tasks, event.task) };
    }
    case 'hostFailed':
      return { ...state, failure: state.failure ?? event.failure, failed: failed + 1 };
    case 'hostUnreachable':
    case 'hostRefused':
      return { ...state, failure: state.failure ?? event.failure };
    case 'undone': {
      const back = changed.slice(state.kept).map((task) => [task, 'pending'] as const);
      return {
        ...state,
        changed: changed.slice(0, state.kept),
        tasks: new Map([...tasks, ...back]),
      };
    }
    default:
      return state;
  }
}

/** The state once what was changed is to stay, whatever comes after it. */
export function kept(state: HostState): HostState {
  return { ...state, kept: state.changed.length, isBegun: false };
}

function without(tasks: HostState['tasks'], title: string): HostState['tasks'] {
  return new Map([...tasks].filter(([task]) => task !== title));
}

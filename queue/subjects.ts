/** What slices wait in, until a worker has done them. */
export const WORK_STREAM = 'ROTA_WORK';
/** What runs tell, for a week. */
export const EVENTS_STREAM = 'ROTA_EVENTS';
/** The consumer that all workers share. */
export const WORKERS = 'workers';

/** The subject of a slice that waits; of all of a run, without one. */
export function workSubject(run: string, slice?: number): string {
  return `rota.work.${run}.${slice ?? '*'}`;
}

/** The subject of what a run is. */
export function runSubject(run: string): string {
  return `rota.events.${run}.run`;
}

/** The subject of how a run ended. */
export function endSubject(run: string): string {
  return `rota.events.${run}.end`;
}

/** The subject of what one try of a slice tells. */
export function trySubject(run: string, slice: number, name: string): string {
  return `rota.events.${run}.${slice}.${name}`;
}

/** The subject of all that a run tells. */
export function allOfRun(run: string): string {
  return `rota.events.${run}.>`;
}

/** Where the coordinator of a run is asked for leave. */
export function leaveSubject(run: string): string {
  return `rota.leave.${run}`;
}

/** On the last message of a try: the exit code of its process, or the signal that has ended it. */
export const EXIT_HEADER = 'Rota-Exit';

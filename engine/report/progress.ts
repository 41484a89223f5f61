import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Mode, RunEvent } from '../run/events.ts';
import { type HostProgress, onHostEvent } from './host-progress.ts';
import { formatRunTitle } from './run-words.ts';

export interface CheckProgress {
  readonly title: string;
  readonly host: string | undefined;
  state: 'waiting' | 'passed' | 'failed';
  findings: readonly Finding[];
  goodSamples: number;
  elapsedMs: number;
  deadlineMs: number;
  /** When it was last heard of. */
  at: number;
  failure?: Failure;
}

type CheckEvent = Extract<RunEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>;

/** Hosts are all looked at before anything else happens; one that nothing is planned for says no more. */
const AFTER_THE_LOOK: ReadonlySet<RunEvent['type']> = new Set([
  'taskStarted',
  'hostQueued',
  'checkWaiting',
  'checkPassed',
  'checkFailed',
]);

/** How far a run is, folded from its events; times are on the clock of the one who shows it. */
export class Progress {
  title = '';
  mode: Mode = 'apply';
  interrupted = false;
  readonly hosts = new Map<string, HostProgress>();
  readonly checks = new Map<string, CheckProgress>();

  onEvent(event: RunEvent, now: number): void {
    if (AFTER_THE_LOOK.has(event.type)) this.#endLook();
    switch (event.type) {
      case 'runStarted':
        this.title = formatRunTitle(event);
        this.mode = event.mode;
        for (const host of event.hosts) this.#host(host, now);
        return;
      case 'interrupted':
        this.interrupted = true;
        return;
      case 'continuity':
      case 'runRefused':
      case 'runFinished':
        return;
      case 'hostFinished': {
        const host = this.#host(event.summary.host, now);
        Object.assign(host, { summary: event.summary, running: undefined });
        return;
      }
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        this.#onCheck(event, now);
        return;
      default:
        onHostEvent(this.#host(event.host, now), event, now);
    }
  }

  /** The checks that are about this host; those that are about none of the run for undefined. */
  checksOf(name: string | undefined): readonly CheckProgress[] {
    const isAlone = ({ host }: CheckProgress) => host === undefined || !this.hosts.has(host);
    const checks = [...this.checks.values()];
    return checks.filter((check) => (name === undefined ? isAlone(check) : check.host === name));
  }

  /** Those of them that wait, or that failed. */
  openChecksOf(name: string | undefined): readonly CheckProgress[] {
    return this.checksOf(name).filter(({ state }) => state !== 'passed');
  }

  #endLook(): void {
    for (const host of this.hosts.values()) if (host.phase === 'reading') host.phase = 'answered';
  }

  #host(name: string, now: number): HostProgress {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    const counts = {
      tasks: 0,
      toChange: new Set<string>(),
      settled: new Set<string>(),
      changed: [],
    };
    const host: HostProgress = { name, phase: 'waiting', startedAt: now, ...counts };
    this.hosts.set(name, host);
    return host;
  }

  #onCheck(event: CheckEvent, at: number): void {
    const key = JSON.stringify([event.host, event.check]);
    const { check: title, host } = event;
    const start = { findings: [], goodSamples: 0, elapsedMs: 0, deadlineMs: 0 };
    const before = this.checks.get(key) ?? start;
    switch (event.type) {
      case 'checkWaiting':
        this.checks.set(key, { ...event, title, host, state: 'waiting', at });
        return;
      case 'checkPassed':
        this.checks.set(key, { ...before, ...event, title, host, state: 'passed', at });
        return;
      case 'checkFailed':
        this.checks.set(key, { ...before, ...event, title, host, state: 'failed', at });
    }
  }
}

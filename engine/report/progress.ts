import type { Finding } from '#engine/model/check.ts';
import type { Failure } from '#engine/model/failure.ts';
import type { Mode, RunEvent } from '../run/events.ts';
import { HostProgress } from './host-progress.ts';
import { formatRunTitle } from './words.ts';

export interface CheckProgress {
  readonly title: string;
  readonly host: string | undefined;
  readonly state: 'waiting' | 'passed' | 'failed' | 'interrupted';
  readonly findings: readonly Finding[];
  readonly goodSamples: number;
  readonly elapsedMs: number;
  readonly deadlineMs: number;
  /** When it was last heard of. */
  readonly at: number;
  /** That its host was undone before: it tells whether all is as it was. */
  readonly afterUndo: boolean;
  readonly failure?: Failure;
}

type CheckEvent = Extract<RunEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>;

/** Hosts are all looked at before anything else happens. */
const AFTER_THE_LOOK: ReadonlySet<RunEvent['type']> = new Set([
  'taskStarted',
  'hostQueued',
  'checkWaiting',
  'checkPassed',
  'checkFailed',
]);

const STATES = { checkWaiting: 'waiting', checkPassed: 'passed', checkFailed: 'failed' } as const;

/** How far a run is, folded from its events; times are on the clock of the one who shows it. */
export class Progress {
  title = '';
  interrupted = false;
  readonly hosts = new Map<string, HostProgress>();
  readonly #checks = new Map<string, CheckProgress>();
  #mode: Mode = 'apply';

  onEvent(event: RunEvent, now: number): void {
    if (AFTER_THE_LOOK.has(event.type)) for (const host of this.hosts.values()) host.endLook();
    switch (event.type) {
      case 'runStarted':
        this.title = formatRunTitle(event);
        this.#mode = event.mode;
        for (const host of event.hosts) this.#host(host, now);
        return;
      case 'interrupted':
        this.interrupted = true;
        this.#endWaits();
        return;
      case 'continuity':
      case 'watched':
      case 'ringPlanned':
      case 'runRefused':
        return;
      case 'runFinished':
        this.#endWaits();
        return;
      case 'hostFinished':
        this.#host(event.summary.host, now).end(event.summary);
        return;
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        this.#onCheck(event, now);
        return;
      default:
        this.#host(event.host, now).onEvent(event, now);
    }
  }

  /** The checks that are about this host; those that are about none of the run for undefined. */
  checksOf(name: string | undefined): readonly CheckProgress[] {
    const isAlone = ({ host }: CheckProgress) => host === undefined || !this.hosts.has(host);
    const checks = [...this.#checks.values()];
    return checks.filter((check) => (name === undefined ? isAlone(check) : check.host === name));
  }

  #host(name: string, now: number): HostProgress {
    const host = this.hosts.get(name) ?? new HostProgress(name, this.#mode, now);
    this.hosts.set(name, host);
    return host;
  }

  /** One that goes on all the same is heard of again. */
  #endWaits(): void {
    for (const [key, check] of this.#checks)
      if (check.state === 'waiting') this.#checks.set(key, { ...check, state: 'interrupted' });
  }

  #onCheck(event: CheckEvent, at: number): void {
    const { check: title, host, type } = event;
    const key = JSON.stringify([host, title]);
    const start = { findings: [], goodSamples: 0, elapsedMs: 0, deadlineMs: 0 };
    const before = this.#checks.get(key) ?? start;
    const afterUndo = host !== undefined && this.#host(host, at).undone !== '';
    this.#checks.set(key, { ...before, ...event, title, host, state: STATES[type], at, afterUndo });
  }
}

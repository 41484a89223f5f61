import { type Finding, findingsText } from '#engine/model/check.ts';
import type { RunEvent } from '../run/events.ts';
import { escapeControl } from './escape.ts';
import { formatFinding } from './failure.ts';
import { type Colour, noPaint, type Paint } from './paint.ts';
import type { Report, WriteOut } from './report.ts';
import {
  bootWords,
  countOf,
  formatElapsed,
  formatRunTitle,
  formatWait,
  INTERRUPTED,
  padEnd,
  widest,
} from './words.ts';

const WAITING_EVERY_MS = 5000;
const WORD_WIDTH = 'unreachable'.length;

/** Lines for a log: who, what happened, to what. Times are those of the events. */
export function plainReport(
  write: WriteOut,
  paint: Paint = noPaint,
  options: PlainOptions = {},
): Report {
  const lines = new PlainLines(paint, options);
  return {
    onEvent: (event) => {
      for (const line of lines.of(event)) write(`${line}\n`);
    },
    suspend: (work) => work(),
    end: async () => {},
  };
}

interface PlainOptions {
  /** Whether tasks that are as they should be are named, too. */
  readonly isVerbose?: boolean;
}

type CheckEvent = Extract<RunEvent, { type: 'checkWaiting' | 'checkPassed' | 'checkFailed' }>;

class PlainLines {
  readonly #paint: Paint;
  readonly #options: PlainOptions;
  #width = 0;
  /** Per host, what was told of its plan. */
  readonly #plans = new Map<string, string>();
  readonly #undone = new Set<string>();
  /** Per check, how far it was when it was last told. */
  readonly #told = new Map<string, number>();

  constructor(paint: Paint, options: PlainOptions) {
    this.#paint = paint;
    this.#options = options;
  }

  of(event: RunEvent): readonly string[] {
    switch (event.type) {
      case 'runStarted':
        this.#width = widest([...event.hosts, 'check']);
        return [`${formatRunTitle(event)}, run ${event.runId}`];
      case 'runRefused':
        return [this.#paint('red', escapeControl(`refused: ${event.failure.message}`))];
      case 'interrupted':
        return [this.#paint('yellow', INTERRUPTED)];
      case 'checkWaiting':
      case 'checkPassed':
      case 'checkFailed':
        return this.#ofCheck(event);
      default:
        return this.#ofHost(event);
    }
  }

  #ofHost(event: RunEvent): readonly string[] {
    switch (event.type) {
      case 'hostUnreachable':
        return [this.#line(event.host, ['red', 'unreachable'], event.failure.message)];
      case 'hostFailed':
        return [this.#line(event.host, ['red', 'failed'], event.failure.message)];
      case 'hostWaiting':
        return [this.#line(event.host, ['dim', 'waiting'], event.what)];
      case 'hostBooting':
        return [this.#line(event.host, ['dim', 'booting'], bootWords(event.until))];
      case 'hostRefused':
        return [this.#line(event.host, ['red', 'refused'], event.failure.message)];
      case 'hostPlanned':
        return this.#ofPlan(event);
      case 'hostImpact':
        return [this.#line(event.host, ['dim', 'impact'], event.impact.text)];
      case 'hostSettling':
        if (event.run === undefined) return [];
        return [this.#line(event.host, ['yellow', 'undoing'], `run ${event.run}, which died here`)];
      case 'undoStarted':
        return [this.#line(event.host, ['yellow', 'undoing'], 'what this run has changed')];
      case 'undone':
        this.#undone.add(event.host);
        return [this.#line(event.host, ['yellow', 'undone'], 'it is as before')];
      case 'taskStarted':
        return [this.#line(event.host, ['dim', 'applying'], event.task)];
      case 'taskChanged':
        return [this.#line(event.host, ['yellow', 'changed'], event.task)];
      case 'taskFailed': {
        const what = `${event.task}: ${event.failure.message}`;
        return [this.#line(event.host, ['red', 'failed'], what)];
      }
      default:
        return [];
    }
  }

  #ofPlan({ host, stages }: Extract<RunEvent, { type: 'hostPlanned' }>): readonly string[] {
    const tasks = stages.flat();
    const count = tasks.filter(({ fields }) => fields.length > 0).length;
    const of = countOf(tasks.length, 'task');
    const line =
      count === 0
        ? this.#line(host, ['green', 'ok'], of)
        : this.#line(host, ['dim', 'planned'], `${count} of ${of} to change`);
    if (tasks.some(({ failure }) => failure) || this.#plans.get(host) === line) return [];
    this.#plans.set(host, line);
    const ok = tasks.filter(({ fields, failure }) => fields.length === 0 && failure === undefined);
    const names = this.#options.isVerbose ? ok : [];
    return [line, ...names.map(({ title }) => this.#line(host, ['green', 'ok'], title))];
  }

  #ofCheck(event: CheckEvent): readonly string[] {
    const subject = event.host ?? 'check';
    if (event.type === 'checkWaiting') return this.#waiting(subject, event);
    if (event.type === 'checkPassed') {
      const passed = `${event.check}, ${formatElapsed(event.elapsedMs)}`;
      const notes = event.notes ?? [];
      return [
        // That all is as before is good to know, and no success.
        this.#line(subject, [this.#undone.has(subject) ? 'yellow' : 'green', 'passed'], passed),
        ...notes.map((note) => this.#line(subject, ['yellow', 'note'], note)),
      ];
    }
    const why = findingsText(event.findings) || event.failure.message;
    const head = this.#line(subject, ['red', 'failed'], `${event.check}: ${why}`);
    // The failure is told in full at the end, with what it printed.
    if (event.failure.output !== undefined) return [head];
    const lines = [
      ...event.findings.slice(1).map(formatFinding),
      ...event.explanation.map(escapeControl),
    ];
    return [head, ...lines.map((line) => `${' '.repeat(this.#width + 2)}${line}`)];
  }

  #waiting(
    subject: string,
    event: Extract<CheckEvent, { type: 'checkWaiting' }>,
  ): readonly string[] {
    const key = JSON.stringify([event.host, event.check]);
    const told = this.#told.get(key);
    if (
      told !== undefined &&
      event.elapsedMs < told + WAITING_EVERY_MS &&
      event.elapsedMs >= told
    ) {
      return [];
    }
    this.#told.set(key, event.elapsedMs);
    return [this.#line(subject, ['dim', 'waiting'], `${event.check}, ${progressOf(event)}`)];
  }

  #line(subject: string, [colour, word]: readonly [Colour, string], text: string): string {
    const padded = this.#paint(colour, padEnd(word, WORD_WIDTH));
    return `${padEnd(escapeControl(subject), this.#width)}  ${padded}  ${escapeControl(text)}`.trimEnd();
  }
}

function progressOf(event: Extract<CheckEvent, { type: 'checkWaiting' }>): string {
  const time = formatWait(event.elapsedMs, event.deadlineMs);
  return [time, ...findingsOrSamples(event)].join('; ');
}

function findingsOrSamples(event: {
  readonly findings: readonly Finding[];
  readonly goodSamples: number;
}): readonly string[] {
  if (event.findings.length > 0) return event.findings.map(formatFinding);
  return event.goodSamples > 0 ? [countOf(event.goodSamples, 'good sample')] : [];
}

import type { PageBar, PageState } from '../engine/report/page/data.ts';

/** `0.04 s`, `1.2 s`, `12 s`, `1 min 05 s`. */
export function timeText(ms: number): string {
  if (ms < 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** `14:13:17`, as the reader's clock shows it. */
export function clockText(ms: number): string {
  return new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'medium' });
}

/** `5 s`, `1 min 30 s`, or with as many digits as it takes. */
export function tickText(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000];
  if (minutes === 0) return `${seconds} s`;
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}

/** `no gap`, `0.45 s`, `for good`. */
export function gapText(ms: number | null): string {
  if (ms === null) return 'for good';
  return ms === 0 ? 'no gap' : timeText(ms);
}

/** Each state by its sign, which says it without a colour. */
export const SIGN: Readonly<Record<PageState, string>> = {
  ok: '✓',
  changed: '●',
  pending: '○',
  failed: '✖',
  unreachable: '⌁',
  open: '…',
};

/** A state in words. */
export function stateText(state: PageState, isDryRun: boolean): string {
  if (state === 'pending') return isDryRun ? 'would change' : 'not done';
  return state === 'open' ? 'no end yet' : state;
}

/** What a bar is, for who cannot see its colour. */
export const KIND: Readonly<Record<PageBar['kind'], string>> = {
  connect: 'connection',
  look: 'look',
  wait: 'wait',
  settle: 'undo of a dead run',
  queue: 'wait for its turn',
  task: 'task',
  gate: 'check',
  undo: 'undo',
};

/** A bar in words. */
export function barText({ kind, what, fromMs, toMs, state }: PageBar): string {
  const end = { done: '', failed: ', failed', open: ', no end yet' }[state];
  const said = kind === 'task' || kind === 'gate' ? `${KIND[kind]} ${what}` : what;
  return `${said}: ${timeText(toMs - fromMs)}${end}`;
}

import type { PageBar } from '../engine/report/page/data.ts';
import { h } from './dom.ts';
import type { TimeWindow } from './time-window.ts';
import { barText } from './words.ts';

/** Something on a lane, from when to when. */
export interface Mark {
  readonly fromMs: number;
  readonly toMs: number;
  /** Its classes. */
  readonly look: string;
  /** Shown as far as there is room. */
  readonly label: string;
  /** Shown when it is pointed at. */
  readonly text: string;
}

/** A line of the timeline; it is drawn again when other times are in sight. */
export interface Lane {
  readonly element: HTMLElement;
  draw(times: TimeWindow): void;
}

/** A line of the timeline with its name. */
export interface LaneRow {
  readonly element: HTMLElement;
  readonly lane: Lane;
}

/** So many are read out; all are in the table behind the name. */
const MOST_READ = 8;

/** A lane with marks on it, which are made when it is drawn first. `name` is said before them. */
export function lane(name: string, marks: readonly Mark[]): Lane {
  const more = marks.length > MOST_READ ? `, and ${marks.length - MOST_READ} more` : '';
  const said = marks.slice(0, MOST_READ).map(({ text }) => text);
  const label = `${name}: ${said.join('; ') || 'nothing'}${more}`;
  const element = h('div', { class: 'lane', role: 'img', 'aria-label': label });
  const drawn = new Map<Mark, HTMLElement>();
  return {
    element,
    draw: (times) => {
      if (drawn.size === 0) {
        for (const mark of marks) drawn.set(mark, elementOf(mark));
        element.append(...drawn.values());
      }
      for (const [mark, own] of drawn) place(own, mark, times);
    },
  };
}

function elementOf({ look, label, text }: Mark): HTMLElement {
  return h('div', { class: look, title: text }, label);
}

function place(element: HTMLElement, { fromMs, toMs }: Mark, times: TimeWindow): void {
  element.hidden = toMs < times.fromMs || fromMs > times.toMs;
  if (element.hidden) return;
  // What begins before is cut there, so that its label stays in sight.
  const left = Math.max(0, times.percent(fromMs));
  const right = Math.min(100, times.percent(toMs));
  element.style.left = `${left}%`;
  element.style.width = `${right - left}%`;
  element.classList.toggle('thin', !times.hasRoom(right - left));
}

/** A bar as it is marked on a lane. */
export function markOf(bar: PageBar): Mark {
  const { kind, what, fromMs, toMs, state, isCritical } = bar;
  const look = `bar ${kind} ${state}${isCritical === true ? ' critical' : ''}`;
  // Beneath what it holds up, where there is room for no word.
  return { fromMs, toMs, look, label: kind === 'wait' ? '' : what, text: barText(bar) };
}

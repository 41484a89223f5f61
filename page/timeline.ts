import type { PageData } from '../engine/report/page/data.ts';
import { h, section } from './dom.ts';
import { eventful } from './duties.ts';
import { dutyRow } from './duty-row.ts';
import { HostRow } from './host-row.ts';
import type { HueOf } from './hues.ts';
import { type Lane, type LaneRow, lane, markOf } from './lane.ts';
import { legend } from './legend.ts';
import { TimeWindow } from './time-window.ts';
import { clockText, tickText, timeText } from './words.ts';

/** All lanes under one axis of time, and the rows of the hosts among them. */
export interface Timeline {
  readonly element: HTMLElement;
  readonly hosts: readonly HostRow[];
}

/** Hosts down, time across; what was on duty above them. */
export function timeline(data: PageData, hueOf: HueOf): Timeline {
  const hosts = data.hosts.map((host) => new HostRow(host, data.isDryRun));
  const duties = eventful(data.duties)
    .filter(({ holders }) => holders.length > 0)
    .map((duty) => dutyRow(duty, hueOf));
  const checks = data.checks.length === 0 ? [] : [checksRow(data)];
  const rows = [...duties, ...checks, ...hosts];
  const axis = h('div', { class: 'axis', 'aria-hidden': 'true' });
  const lanes = h(
    'div',
    { class: 'lanes' },
    h('div', { class: 'row head' }, h('span'), axis),
    ...heading('On duty', duties),
    ...duties.map(({ element }) => element),
    ...heading('Hosts', hosts),
    ...[...checks, ...hosts].map(({ element }) => element),
  );
  const scroll = h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Lanes' },
    lanes,
  );
  const times = drawn({ lanes, axis, scroll, rows, data });
  const element = section(
    'timeline',
    'Timeline',
    pathOf(data),
    controls(times),
    legend(data),
    scroll,
  );
  return { element, hosts };
}

function heading(text: string, rows: readonly LaneRow[]): readonly HTMLElement[] {
  return rows.length === 0 ? [] : [h('h3', {}, text)];
}

function checksRow({ checks }: PageData): LaneRow {
  const own = lane('checks', checks.map(markOf));
  const name = h('span', { class: 'name' }, 'checks');
  return { lane: own, element: h('div', { class: 'row' }, name, own.element) };
}

interface Drawing {
  readonly lanes: HTMLElement;
  readonly axis: HTMLElement;
  readonly scroll: HTMLElement;
  readonly rows: readonly LaneRow[];
  readonly data: PageData;
}

/** Draws what is in sight whenever that changes. */
function drawn({ lanes, axis, scroll, rows, data }: Drawing): TimeWindow {
  const byElement = new Map(rows.map((row) => [row.element as Element, row.lane]));
  const seen = new Set<Lane>();
  const draw = (some: Iterable<Lane>) => {
    for (const one of some) one.draw(times);
  };
  const times = new TimeWindow({
    totalMs: data.elapsedMs,
    surface: lanes,
    edges: () => {
      const { offsetLeft, offsetWidth } = axis;
      return [offsetLeft, offsetLeft + Math.max(1, offsetWidth)];
    },
    changed: () =>
      requestAnimationFrame(() => {
        drawAxis(axis, times, data.startedMs);
        draw(seen);
      }),
  });
  const sight = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const own = byElement.get(target);
        if (own === undefined) continue;
        if (isIntersecting) draw([own]);
        if (isIntersecting) seen.add(own);
        else seen.delete(own);
      }
    },
    { root: scroll, rootMargin: '300px' },
  );
  for (const { element } of rows) sight.observe(element);
  new ResizeObserver(() => times.fit()).observe(axis);
  addEventListener('beforeprint', () => draw(byElement.values()));
  scroll.addEventListener('keydown', (event) => onKey(event, times));
  return times;
}

/** Since the start of the run, and by the clock. */
function drawAxis(axis: HTMLElement, times: TimeWindow, startedMs: number): void {
  const ticks = times.ticks().map((ms) => {
    const tick = h('span', {}, h('b', {}, tickText(ms)), h('small', {}, clockText(startedMs + ms)));
    tick.style.left = `${times.percent(ms)}%`;
    return tick;
  });
  axis.replaceChildren(...ticks);
}

function onKey(event: KeyboardEvent, times: TimeWindow): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act(times);
}

const KEYS: Readonly<Record<string, (times: TimeWindow) => void>> = {
  '+': (times) => times.zoomBy(2),
  '=': (times) => times.zoomBy(2),
  '-': (times) => times.zoomBy(0.5),
  '0': (times) => times.all(),
  ArrowLeft: (times) => times.moveBy(-0.2),
  ArrowRight: (times) => times.moveBy(0.2),
};

function controls(times: TimeWindow): HTMLElement {
  const button = (text: string, label: string, act: () => void) => {
    const element = h('button', { type: 'button', 'aria-label': label }, text);
    element.addEventListener('click', act);
    return element;
  };
  return h(
    'div',
    { class: 'controls' },
    button('+', 'Zoom in', () => times.zoomBy(2)),
    button('−', 'Zoom out', () => times.zoomBy(0.5)),
    button('All', 'Show all of the time', () => times.all()),
    h('span', { class: 'hint' }, 'Ctrl and wheel, or + − 0 and ← →; drag to move'),
  );
}

/** Where the time went. */
function pathOf({ path, elapsedMs }: PageData): HTMLElement | undefined {
  if (path.length === 0) return undefined;
  const items = path.map(({ what, tookMs }) =>
    h('li', {}, h('b', {}, timeText(tookMs)), ` ${what}`),
  );
  const head = `Of ${timeText(elapsedMs)}, the critical path took the most for:`;
  return h('div', { class: 'path' }, h('p', {}, head), h('ul', {}, ...items));
}

import type { PageData, PageOutcome } from '../engine/report/page/data.ts';
import { h } from './dom.ts';

const SIGNS: Readonly<Record<PageOutcome, string>> = {
  done: '✓',
  changes: '±',
  failed: '✖',
  interrupted: '■',
  open: '…',
};

/** How it ended, what to do now, and of which run the page is. */
export function top({ title, outcome, headline, facts, startedMs, next }: PageData): HTMLElement {
  const start = new Date(startedMs);
  const when = h(
    'time',
    { datetime: start.toISOString() },
    start.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' }),
  );
  const utc = `${start.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const told = facts.map(({ name, value }) => h('div', {}, h('dt', {}, name), h('dd', {}, value)));
  return h(
    'header',
    { class: outcome },
    h('p', { class: 'title' }, title),
    h('h1', {}, h('span', { class: 'outcome', 'aria-hidden': 'true' }, SIGNS[outcome]), headline),
    h('div', { class: 'next' }, ...next.map((step) => h('p', {}, step))),
    h('dl', {}, h('div', {}, h('dt', {}, 'when'), h('dd', {}, when, h('small', {}, utc))), ...told),
  );
}

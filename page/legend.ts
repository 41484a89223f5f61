import type { PageBar, PageData } from '../engine/report/page/data.ts';
import { h } from './dom.ts';

const WORDS: Readonly<Record<PageBar['kind'], string>> = {
  connect: 'connects',
  look: 'is asked',
  wait: 'waits for an answer',
  settle: 'undoes a dead run',
  queue: 'waits for its turn',
  task: 'task',
  gate: 'check',
  undo: 'undo',
};

/** What the looks of the bars mean, of those that there are. */
export function legend({ hosts, checks, duties }: PageData): HTMLElement {
  const bars = [...hosts.flatMap((host) => host.bars), ...checks];
  const kinds = new Set(bars.map(({ kind }) => kind));
  const keys = Object.entries(WORDS).filter(([kind]) => kinds.has(kind as PageBar['kind']));
  const has = (isSo: boolean, look: string, text: string) => (isSo ? [[look, text] as const] : []);
  const all = [
    ...keys.map(([kind, text]) => [`bar ${kind}`, text] as const),
    ...has(
      bars.some(({ state }) => state === 'failed'),
      'bar task failed',
      'failed',
    ),
    ...has(
      bars.some(({ state }) => state === 'open'),
      'bar task open',
      'no end yet',
    ),
    ...has(
      bars.some(({ isCritical }) => isCritical === true),
      'bar critical',
      'critical path',
    ),
    ...has(
      duties.some(({ losses }) => losses.length > 0),
      'lost',
      'probes lost',
    ),
  ];
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    ...all.map(([look, text]) => h('li', {}, h('i', { class: look }), text)),
  );
}

import type { PageFailure } from '../engine/report/page/data.ts';
import { foldable, h, section } from './dom.ts';

/** So many lines of an output are seen at first, and so many places. */
const FEW_LINES = 25;
const FEW_PLACES = 5;

/** What failed, where, and how it is mended. */
export function failures(all: readonly PageFailure[]): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  const title = all.length === 1 ? 'What failed' : `What failed: ${all.length} things`;
  return section('failures', title, ...all.map(failure));
}

function failure({ what, places, ran, output, fix }: PageFailure): HTMLElement {
  return h(
    'article',
    { class: 'failure' },
    h('h3', {}, what),
    ...placesOf(places),
    fix === undefined ? undefined : h('p', { class: 'fix' }, h('b', {}, 'To mend it: '), fix),
    ran === undefined ? undefined : h('p', { class: 'ran' }, h('code', {}, ran)),
    output.length === 0 ? undefined : outputOf(output),
  );
}

function placesOf(places: readonly string[]): readonly HTMLElement[] {
  if (places.length === 0) return [];
  if (places.length <= FEW_PLACES) return places.map((place) => h('p', { class: 'place' }, place));
  const list = () => [h('ul', {}, ...places.map((place) => h('li', { class: 'place' }, place)))];
  return [foldable([`in ${places.length} places`], false, list)];
}

function outputOf(lines: readonly string[]): HTMLElement {
  const pre = () =>
    h(
      'div',
      { class: 'diff', role: 'region', tabindex: '0', 'aria-label': 'Output' },
      h('pre', {}, lines.join('\n')),
    );
  if (lines.length <= FEW_LINES) return pre();
  return foldable([`${lines.length} lines of output`], false, () => [pre()]);
}

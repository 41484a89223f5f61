import type { PageChange } from '../engine/report/page/data.ts';
import { foldable, h } from './dom.ts';
import { SIGN, stateText } from './words.ts';

/** What is seen at first: so few changes, each so short. */
const FEW = 12;
const SHORT = 25;

/** What changed in a task, as it can be searched for. */
export interface ShownChange {
  readonly element: HTMLDetailsElement;
  readonly hosts: readonly string[];
}

/** What changed, or would: once for all hosts where it is the same. */
export function changes(all: readonly PageChange[], isDryRun: boolean): readonly ShownChange[] {
  return all.map((change) => {
    const { hosts, lines } = change;
    const isOpen = isDryRun && all.length <= FEW && lines.length <= SHORT;
    const summary = summaryOf(change, isDryRun);
    return { hosts, element: foldable(summary, isOpen, () => [diff(change)]) };
  });
}

/** A button that opens all of them, or folds them all again. */
export function openAll(all: readonly ShownChange[]): HTMLElement {
  const button = h('button', { type: 'button', 'aria-pressed': 'false' }, 'Open all');
  button.addEventListener('click', () => {
    const isOpen = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOpen));
    for (const { element } of all) element.open = isOpen;
  });
  return button;
}

function summaryOf(change: PageChange, isDryRun: boolean): readonly (HTMLElement | string)[] {
  const { title, state, names, hosts } = change;
  const where = hosts.length === 1 ? names : `${names}: ${hosts.length} hosts alike`;
  return [
    h(
      'i',
      { class: `sign ${state}`, role: 'img', 'aria-label': stateText(state, isDryRun) },
      SIGN[state],
    ),
    ' ',
    h('b', {}, title),
    ' ',
    h('small', {}, where),
  ];
}

function diff({ title, names, lines }: PageChange): HTMLElement {
  return h(
    'div',
    { class: 'diff', role: 'region', tabindex: '0', 'aria-label': `${title} on ${names}` },
    h('pre', {}, ...lines.map((line) => h('span', { class: lookOf(line) }, line))),
  );
}

function lookOf(line: string): string {
  if (line.startsWith('@@')) return 'place';
  if (/^(?:---|\+\+\+) /.test(line)) return 'file';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : '';
}

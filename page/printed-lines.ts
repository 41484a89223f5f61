import { foldable, h } from './dom.ts';

/** So many lines are seen at first. */
const FEW_LINES = 25;

/** What was printed, which is folded where it is long. */
export function printedLines(lines: readonly string[]): HTMLElement {
  return lines.length <= FEW_LINES ? pre(lines) : foldedLines(lines);
}

/** The same behind a line that says how much it is. */
export function foldedLines(lines: readonly string[]): HTMLElement {
  const count = lines.length === 1 ? '1 line' : `${lines.length} lines`;
  return foldable([`${count} of output`], false, () => [pre(lines)]);
}

function pre(lines: readonly string[]): HTMLElement {
  return h(
    'div',
    { class: 'diff', role: 'region', tabindex: '0', 'aria-label': 'Output' },
    h('pre', {}, lines.join('\n')),
  );
}

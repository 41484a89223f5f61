import type { PageDuty } from '../engine/report/page/data.ts';
import { foldable, h, section } from './dom.ts';
import { gapText, timeText } from './words.ts';

const VERDICT: Readonly<Record<PageDuty['verdict'], string>> = {
  none: '✓ without a break',
  expected: '✓ as predicted',
  bounded: '● longer than predicted',
  long: '✖ longer than its protocol allows',
};

/** So many are all shown at once. */
const FEW = 9;

/** Those of which there is something to see; all, where they are few. */
export function eventful(all: readonly PageDuty[]): readonly PageDuty[] {
  if (all.length <= FEW) return all;
  return all.filter(
    ({ verdict, holders, mostHolders }) =>
      verdict !== 'none' || holders.length > 1 || mostHolders > 1,
  );
}

/** How long each thing on duty was away, beside what was predicted, and what its protocol allows. */
export function duties(all: readonly PageDuty[]): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  const told = eventful(all);
  const others = all.filter((duty) => !told.includes(duty));
  return section(
    'duties',
    'On duty',
    told.length === 0 ? undefined : table(told),
    others.length === 0
      ? undefined
      : foldable([`${others.length} without a break, each held by one host`], false, () => [
          table(others),
        ]),
  );
}

const HEAD = [
  '',
  'longest gap',
  'predicted',
  'bound of its protocol',
  'probes lost',
  'held by',
  '',
];

function table(some: readonly PageDuty[]): HTMLElement {
  return h(
    'div',
    { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Gaps' },
    h(
      'table',
      { class: 'duties' },
      h('thead', {}, h('tr', {}, ...HEAD.map((text) => h('th', { scope: 'col' }, text)))),
      h('tbody', {}, ...some.map(rowOf)),
    ),
  );
}

/** The gap as a bar, with lines where it was to end, and where it has to. */
function gapChart({ gapMs, expectedMs, boundMs, verdict }: PageDuty): HTMLElement | undefined {
  if (gapMs === null || gapMs === 0) return undefined;
  const whole = 1.1 * Math.max(gapMs, expectedMs ?? 0, boundMs ?? 0);
  const part = (look: string, ms: number | null | undefined) => {
    if (ms === null || ms === undefined) return undefined;
    const element = h('i', { class: look });
    element.style.width = `${(ms / whole) * 100}%`;
    return element;
  };
  return h(
    'div',
    { class: 'gap', 'aria-hidden': 'true' },
    part(`seen ${verdict}`, gapMs),
    part('expects', expectedMs),
    part('bound', boundMs),
  );
}

function rowOf(duty: PageDuty): HTMLElement {
  const { name, samples, lost, gapMs, expectedMs, boundMs, verdict, holders, mostHolders } = duty;
  const cell = (text: string) => h('td', { class: 'number' }, text);
  const names = holders.map(({ host = 'nobody', fromMs, toMs }, index) => {
    const isBetween = index > 0 && index < holders.length - 1;
    return isBetween ? `${host} (${timeText(toMs - fromMs)})` : host;
  });
  const twice =
    mostHolders > 1 ? h('b', { class: 'failed' }, `, by ${mostHolders} at once`) : undefined;
  const judged = samples === 0 ? 'not probed' : VERDICT[verdict];
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, name),
    h('td', { class: `number ${verdict}` }, samples === 0 ? '' : gapText(gapMs), gapChart(duty)),
    cell(gapText(expectedMs)),
    cell(boundMs === undefined ? '' : gapText(boundMs)),
    cell(`${lost} of ${samples}`),
    h('td', {}, names.join(' → '), twice),
    h('td', { class: verdict }, judged),
  );
}

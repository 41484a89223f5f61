import type { PagePart, PageRing } from '../engine/report/page/data.ts';
import { foldable, h, section } from './dom.ts';
import type { HueOf } from './hues.ts';
import { ringPicture } from './ring-picture.ts';

/** More rings than these are folded. */
const FEW = 2;

/** Who of each ring is on duty for what, before the run and after it. */
export function ringSection(all: readonly PageRing[], hueOf: HueOf): HTMLElement | undefined {
  if (all.length === 0) return undefined;
  const title = all.length === 1 ? 'The ring' : `The ${all.length} rings`;
  const isFew = all.length <= FEW;
  const stay = isFew ? [] : all.filter(isSame);
  const shown = all.filter((ring) => !stay.includes(ring));
  return section(
    'rings',
    title,
    ...shown.map((ring) => ringPart(ring, hueOf, isFew)),
    stay.length === 0
      ? undefined
      : foldable([`${stay.length} stay as they are`], false, () =>
          stay.map((ring) => ringPart(ring, hueOf, false)),
        ),
  );
}

function isSame({ before, after }: PageRing): boolean {
  return JSON.stringify(before) === JSON.stringify(after);
}

function ringPart(ring: PageRing, hueOf: HueOf, isOpen: boolean): HTMLElement {
  const stays = isSame(ring);
  const note = stays ? 'as it is, and stays' : 'as it was, and is to be';
  const names = dutiesOf(ring);
  const pictures = stays
    ? [['as it is', ring.after] as const]
    : [['before', ring.before] as const, ['after', ring.after] as const];
  return foldable([h('b', {}, ring.hosts.join(', ')), ' ', h('small', {}, note)], isOpen, () => [
    h(
      'div',
      { class: 'pictures' },
      ...pictures.map(([title, parts]) =>
        ringPicture({ title, hosts: ring.hosts, parts, hueOf, short: shortNames(names) }),
      ),
      h(
        'div',
        { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'Priorities' },
        table(ring, names, hueOf),
      ),
    ),
  ]);
}

function dutiesOf({ before, after }: PageRing): readonly string[] {
  return [...new Set([...before, ...after].map(({ duty }) => duty))];
}

/** Without what all have in common in front. */
function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const [first = ''] = names;
  const ends = [...first].flatMap((character, index) =>
    /[:.]/.test(character) && !/[:.]/.test(first[index - 1] ?? ':') ? [index] : [],
  );
  const common = ends.findLast((end) =>
    names.every((name) => name.startsWith(first.slice(0, end))),
  );
  return new Map(
    names.map((name) => [
      name,
      common === undefined || names.length < 2 ? name : name.slice(common),
    ]),
  );
}

function table(
  { hosts, before, after }: PageRing,
  duties: readonly string[],
  hueOf: HueOf,
): HTMLElement {
  const head = ['', ...duties].map((text) => h('th', { scope: 'col' }, text));
  const find = (parts: readonly PagePart[], host: string, duty: string) =>
    parts.find((part) => part.host === host && part.duty === duty);
  const rows = hosts.map((host) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, host),
      ...duties.map((duty) => cell(find(before, host, duty), find(after, host, duty), hueOf(host))),
    ),
  );
  return h(
    'table',
    { class: 'ranks' },
    h('caption', {}, 'Priorities; ● is on duty'),
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...rows),
  );
}

function cell(before: PagePart | undefined, after: PagePart | undefined, hue: string): HTMLElement {
  const [old, now] = [textOf(before), textOf(after)];
  const holder = after?.isHolder === true ? hue : '';
  return h('td', { class: `number ${holder}` }, old === now ? now : `${old} → ${now}`);
}

function textOf(part: PagePart | undefined): string {
  if (part === undefined) return '–';
  return `${part.rank}${part.isHolder ? ' ●' : ''}`;
}

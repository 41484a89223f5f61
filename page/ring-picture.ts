import type { PagePart } from '../engine/report/page/data.ts';
import { h, svg } from './dom.ts';
import type { HueOf } from './hues.ts';

export interface Picture {
  readonly title: string;
  readonly hosts: readonly string[];
  readonly parts: readonly PagePart[];
  readonly hueOf: HueOf;
  /** Names of duties as there is room for them. */
  readonly short: ReadonlyMap<string, string>;
}

const [WIDTH, HEIGHT] = [380, 270];
const MARGIN = 4;
const [BOX, LINE] = [130, 22];

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Hosts in a circle, lines between those that tell each other of themselves, and who is on duty. */
export function ringPicture({ title, hosts, parts, hueOf, short }: Picture): HTMLElement {
  const places = new Map(hosts.map((host, index) => [host, placeOf(index, hosts.length)]));
  const boxes = hosts.map((host) => box(host, places, { parts, hueOf, short }));
  const ys = [...places.values()].map(({ y }) => y);
  const [from, to] = [Math.min(...ys) - LINE - MARGIN, Math.max(...ys) + LINE + MARGIN];
  const picture = svg(
    'svg',
    { viewBox: `0 ${from} ${WIDTH} ${to - from}`, role: 'img', 'aria-label': said(title, parts) },
    ...lines(places, parts),
    ...boxes,
  );
  return h('figure', {}, h('figcaption', {}, title), picture);
}

/** The first at the top, the others with the clock. */
function placeOf(index: number, count: number): Place {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  const [rx, ry] = count === 1 ? [0, 0] : [WIDTH / 2 - BOX / 2 - MARGIN, HEIGHT / 2 - 2 * LINE];
  return { x: WIDTH / 2 + rx * Math.cos(angle), y: HEIGHT / 2 + ry * Math.sin(angle) };
}

/** Dashed where one does not hear the other. */
function lines(places: ReadonlyMap<string, Place>, parts: readonly PagePart[]) {
  const told = new Set(parts.flatMap(({ host, peers }) => peers.map((peer) => `${host}\n${peer}`)));
  return [...places].flatMap(([one, from], index) =>
    [...places].slice(index + 1).flatMap(([other, to]) => {
      const ways = [`${one}\n${other}`, `${other}\n${one}`].filter((way) => told.has(way)).length;
      if (ways === 0) return [];
      return svg('line', {
        class: ways === 2 ? 'peers' : 'peers one-way',
        x1: String(from.x),
        y1: String(from.y),
        x2: String(to.x),
        y2: String(to.y),
      });
    }),
  );
}

function box(
  host: string,
  places: ReadonlyMap<string, Place>,
  { parts, hueOf, short }: Pick<Picture, 'parts' | 'hueOf' | 'short'>,
): SVGElement {
  const { x, y } = places.get(host) ?? { x: 0, y: 0 };
  const held = parts.filter((part) => part.host === host && part.isHolder);
  const isPart = parts.some((part) => part.host === host);
  const text =
    held.map(({ duty }) => short.get(duty) ?? duty).join('  ') || (isPart ? '' : 'off duty');
  return svg(
    'g',
    { transform: `translate(${x - BOX / 2} ${y - LINE})`, class: isPart ? 'node' : 'node off' },
    svg('title', {}, `${host}: ${held.map(({ duty }) => duty).join(', ') || text}`),
    svg('rect', { class: 'box', width: String(BOX), height: String(2 * LINE), rx: '6' }),
    label(host, 16, 'name', 17),
    held.length === 0
      ? undefined
      : svg('rect', {
          class: `chip ${hueOf(host)}`,
          x: '4',
          y: String(LINE),
          width: String(BOX - 8),
          height: String(LINE - 4),
          rx: '4',
        }),
    label(text, LINE + 13, held.length === 0 ? 'none' : `held ${hueOf(host)}`, 20),
  );
}

function label(text: string, y: number, look: string, most: number): SVGElement {
  const fits = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return svg('text', { class: look, x: String(BOX / 2), y: String(y) }, fits);
}

function said(title: string, parts: readonly PagePart[]): string {
  const held = parts.filter(({ isHolder }) => isHolder);
  return `${title}: ${held.map(({ host, duty }) => `${host} has ${duty}`).join('; ') || 'nothing on duty'}`;
}

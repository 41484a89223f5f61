import type { PageDuty } from '../engine/report/page/data.ts';
import { h } from './dom.ts';
import type { HueOf } from './hues.ts';
import { type LaneRow, lane, type Mark } from './lane.ts';

import { timeText } from './words.ts';

/** Who held one thing when, and when probes of it were lost. */
export function dutyRow({ name, holders, losses }: PageDuty, hueOf: HueOf): LaneRow {
  const held = holders.map(({ host, fromMs, toMs }): Mark => {
    const who = host ?? 'nobody';
    const look = host === undefined ? 'bar nobody' : `bar held ${hueOf(host)}`;
    return { fromMs, toMs, look, label: who, text: `${who} for ${timeText(toMs - fromMs)}` };
  });
  const lost = losses.map(({ host, fromMs, toMs, lost: count }): Mark => {
    const text = `${count} probes of ${host} lost in ${timeText(toMs - fromMs)}`;
    return { fromMs, toMs, look: 'lost', label: '', text };
  });
  const own = lane(name, [...held, ...lost]);
  return {
    lane: own,
    element: h('div', { class: 'row' }, h('span', { class: 'name' }, name), own.element),
  };
}

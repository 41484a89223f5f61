import type { PageHost } from '../engine/report/page/data.ts';
import { h } from './dom.ts';
import { type Lane, lane, markOf } from './lane.ts';
import { SIGN, stateText, timeText } from './words.ts';

/** A host on the timeline; behind its name is what became of its tasks. */
export class HostRow {
  readonly element: HTMLElement;
  readonly lane: Lane;
  readonly host: PageHost;
  /** What a search looks in, in small letters. */
  readonly words: string;
  readonly #isDryRun: boolean;

  constructor(host: PageHost, isDryRun: boolean) {
    this.host = host;
    this.#isDryRun = isDryRun;
    this.words = [host.name, ...host.tasks.map(({ title }) => title)].join('\n').toLowerCase();
    this.lane = lane(host.name, host.bars.map(markOf));
    const button = h(
      'button',
      { type: 'button', class: 'name', 'aria-expanded': 'false' },
      h(
        'i',
        { class: `sign ${host.state}`, role: 'img', 'aria-label': this.#state },
        SIGN[host.state],
      ),
      h('span', {}, host.name),
      h('small', {}, this.#told),
    );
    this.element = h('div', { class: 'row' }, button, this.lane.element);
    button.addEventListener('click', () => this.#fold(button));
  }

  get #state(): string {
    return stateText(this.host.state, this.#isDryRun);
  }

  get #told(): string {
    const { counts, elapsedMs, state } = this.host;
    const time = elapsedMs === undefined ? [] : [timeText(elapsedMs)];
    const how = state === 'unreachable' || state === 'open' ? [this.#state] : [];
    return [...how, ...(counts === '' ? [] : [counts]), ...time].join(', ');
  }

  #fold(button: HTMLButtonElement): void {
    const isOpen = button.getAttribute('aria-expanded') === 'true';
    button.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) this.element.lastElementChild?.remove();
    else this.element.append(this.#details());
  }

  #details(): HTMLElement {
    const { impact, tasks } = this.host;
    const rows = tasks.map(({ title, state, elapsedMs, failure }) =>
      h(
        'tr',
        {},
        h('td', { class: `sign ${state}` }, `${SIGN[state]} ${stateText(state, this.#isDryRun)}`),
        h('td', {}, title, failure === undefined ? undefined : h('div', { class: 'why' }, failure)),
        h('td', { class: 'number' }, elapsedMs === undefined ? '' : timeText(elapsedMs)),
      ),
    );
    return h(
      'div',
      { class: 'details' },
      impact === undefined ? undefined : h('p', {}, impact),
      tasks.length === 0
        ? h('p', {}, 'No tasks are known.')
        : h('table', {}, h('tbody', {}, ...rows)),
    );
  }
}

import type { PageState } from '../engine/report/page/data.ts';
import type { ShownChange } from './changes.ts';
import { h } from './dom.ts';
import type { HostRow } from './host-row.ts';
import { SIGN, stateText } from './words.ts';

interface Filtered {
  readonly hosts: readonly HostRow[];
  readonly changes: readonly ShownChange[];
  readonly isDryRun: boolean;
}

/** Worst first. */
const STATES: readonly PageState[] = ['failed', 'unreachable', 'open', 'pending', 'changed', 'ok'];

/** Chooses hosts by a part of their names or of what they do, and by how they ended. */
export function filter({ hosts, changes, isDryRun }: Filtered): HTMLElement {
  const search = h('input', {
    type: 'search',
    placeholder: 'Search hosts and tasks',
    'aria-label': 'Search hosts and tasks',
  });
  const status = h('output', { 'aria-live': 'polite' });
  const chosen = new Set<PageState>();
  const apply = () => {
    const word = search.value.trim().toLowerCase();
    const shown = new Set<string>();
    for (const { host, words, element } of hosts) {
      const isShown = words.includes(word) && (chosen.size === 0 || chosen.has(host.state));
      element.hidden = !isShown;
      if (isShown) shown.add(host.name);
    }
    for (const { element, hosts: own } of changes)
      element.hidden = !own.some((name) => shown.has(name));
    status.value = `${shown.size} of ${hosts.length} shown`;
  };
  search.addEventListener('input', apply);
  const chips = STATES.flatMap((state) => {
    const count = hosts.filter(({ host }) => host.state === state).length;
    if (count === 0) return [];
    const text = `${SIGN[state]} ${count} ${stateText(state, isDryRun)}`;
    return [
      chip(text, state, (isOn) => {
        if (isOn) chosen.add(state);
        else chosen.delete(state);
        apply();
      }),
    ];
  });
  apply();
  return h('div', { class: 'filter', role: 'search' }, search, ...chips, status);
}

function chip(text: string, look: string, turn: (isOn: boolean) => void): HTMLElement {
  const button = h(
    'button',
    { type: 'button', class: `chip ${look}`, 'aria-pressed': 'false' },
    text,
  );
  button.addEventListener('click', () => {
    const isOn = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(isOn));
    turn(isOn);
  });
  return button;
}

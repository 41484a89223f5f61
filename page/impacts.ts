import type { PageHost } from '../engine/report/page/data.ts';
import { foldable, h } from './dom.ts';

const FEW = 12;

/** What the changes of hosts do to what runs there, as it was said before. */
export function impactList(hosts: readonly PageHost[]): HTMLElement | undefined {
  const told = hosts.filter(({ impact }) => impact !== undefined);
  if (told.length === 0) return undefined;
  const list = () =>
    h('ul', {}, ...told.map(({ name, impact }) => h('li', {}, h('b', {}, name), ` ${impact}`)));
  const title = `What this does to what runs on ${told.length} ${told.length === 1 ? 'host' : 'hosts'}`;
  return foldable([title], told.length <= FEW, () => [list()]);
}

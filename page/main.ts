import type { PageData } from '../engine/report/page/data.ts';
import { changes, openAll } from './changes.ts';
import { h, section } from './dom.ts';
import { duties } from './duties.ts';
import { failures } from './failures.ts';
import { filter } from './filter.ts';
import { huesOf } from './hues.ts';
import { impactList } from './impacts.ts';
import { ringSection } from './rings.ts';
import { timeline } from './timeline.ts';
import { top } from './top.ts';

const data: PageData = JSON.parse(document.getElementById('run')?.textContent ?? '');
const { hosts, isDryRun } = data;
const hueOf = huesOf(hosts);
const time = timeline(data, hueOf);
const changed = changes(data.changes, isDryRun);
const elements = changed.map(({ element }) => element);
const changeSection =
  changed.length === 0
    ? undefined
    : section('changes', 'Changes', impactList(hosts), openAll(changed), ...elements);
const parts = [
  failures(data.failures),
  filter({ hosts: time.hosts, changes: changed, isDryRun }),
  // They are what a dry run is made for.
  isDryRun ? changeSection : undefined,
  duties(data.duties),
  time.element,
  ringSection(data.rings, hueOf),
  isDryRun ? undefined : changeSection,
];
document.body.append(top(data), h('main', {}, ...parts.filter((part) => part !== undefined)));

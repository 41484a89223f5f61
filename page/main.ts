import type { PageData } from '../engine/report/page/data.ts';
import { changes, openAll } from './changes.ts';
import { h, section } from './dom.ts';
import { duties } from './duties.ts';
import { failures } from './failures.ts';
import { filter } from './filter.ts';
import { huesOf } from './hues.ts';
import { ringSection } from './rings.ts';
import { timeline } from './timeline.ts';
import { top } from './top.ts';

const data: PageData = JSON.parse(document.getElementById('run')?.textContent ?? '');
const hueOf = huesOf(data.hosts);
const time = timeline(data, hueOf);
const changed = changes(data.changes, data.isDryRun);
const parts = [
  failures(data.failures),
  filter({ hosts: time.hosts, changes: changed, isDryRun: data.isDryRun }),
  duties(data.duties),
  time.element,
  ringSection(data.rings, hueOf),
  changed.length === 0
    ? undefined
    : section('changes', 'Changes', openAll(changed), ...changed.map(({ element }) => element)),
];
document.body.append(top(data), h('main', {}, ...parts.filter((part) => part !== undefined)));

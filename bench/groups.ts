import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '#engine/model/failure.ts';
import { CGROUPS, hierarchies } from '#lab/cgroups.ts';

/** A group of processes, whose processor time and memory are counted apart. It goes with its lab. */
export class ProcessGroup {
  readonly #processor: string;
  readonly #memory: string;

  constructor(lab: string, name: string) {
    this.#processor = makeGroup('cpuacct', lab, name);
    this.#memory = makeGroup('memory', lab, name);
  }

  /** A number that is written into each takes that process in, and its children to come. */
  get entries(): readonly string[] {
    return [...new Set([this.#processor, this.#memory])].map((path) => join(path, 'cgroup.procs'));
  }

  get processes(): readonly number[] {
    const text = readFileSync(join(this.#processor, 'cgroup.procs'), 'utf8');
    return text.split('\n').filter(Boolean).map(Number);
  }

  /** Of processor, since it was made. */
  get seconds(): number {
    const version1 = read(join(this.#processor, 'cpuacct.usage'));
    if (version1 !== '') return Number(version1) / 1e9;
    const usage = /^usage_usec (\d+)$/m.exec(read(join(this.#processor, 'cpu.stat')));
    return Number(usage?.[1]) / 1e6;
  }

  /** Of memory that is no file’s, in bytes; what was there when a process was taken in is not in it. */
  get bytes(): number {
    const stat = read(join(this.#memory, 'memory.stat'));
    return Number(/^(?:total_rss|anon) (\d+)$/m.exec(stat)?.[1] ?? 0);
  }
}

function makeGroup(controller: string, lab: string, name: string): string {
  const all = hierarchies();
  const own = all.find(({ options }) => options.split(',').includes(controller)) ?? all[0];
  if (own === undefined) throw new Failure('This machine has no cgroups', { where: CGROUPS });
  const top = join(CGROUPS, own.folder, own.path);
  const parent = join(top, `rota-lab-${lab}`);
  mkdirSync(join(parent, name), { recursive: true });
  if (own.options === 'cgroup2') for (const group of [top, parent]) countMemory(group);
  return join(parent, name);
}

/** In v2, a group’s children are counted so when it says so; their processor time is in any case. */
function countMemory(group: string): void {
  try {
    writeFileSync(join(group, 'cgroup.subtree_control'), '+memory');
  } catch {
    // A container may have it only for itself: the figures are without memory then.
  }
}

/** Each version has files that the other has not. */
function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

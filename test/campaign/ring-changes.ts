import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '#lab/lab.ts';
import type { Random } from '#lab/random.ts';

/** A change of a ring that is as the lab's inventory has it. */
export interface Change {
  readonly name: string;
  /** Edits of that inventory. */
  readonly to: Edits;
  /** The words of rota; an inventory by its name. */
  readonly run: readonly string[];
  /** What to prepare it with. */
  readonly first?: readonly string[];
  /** What the next run is, where it is not the same again. */
  readonly next?: readonly string[];
}

type Edits = readonly (readonly [string, string])[];

const DEPLOY = ['deploy', 'to'];

/** A change that a seed chooses. */
export function newChange(random: Random): Change {
  const node = `node${1 + random.below(3)}`;
  const reload = checkOf(2 + random.below(7));
  const changes: readonly Change[] = [
    deploy('another check', reload),
    deploy(
      'other priorities',
      variable(`vrrp_ladder: [${random.of(['210, 140, 60', '190, 120, 40'])}]`),
    ),
    deploy('another number of VIPs', [['vrrp_vips: 3', `vrrp_vips: ${random.of([2, 4])}`]]),
    deploy('another pod', variable(`keepalived_namespace: n${random.below(1000)}`)),
    { name: 'drain', to: [], run: ['drain', 'to', node] },
    { name: 'undrain', to: [], first: ['drain', 'to', node], run: ['undrain', 'to', node] },
    {
      ...{ name: 'rollback', to: [], first: ['deploy', 'other', '--no-watch'] },
      ...{ run: ['rollback', 'to'], next: DEPLOY },
    },
  ];
  return random.of(changes);
}

function deploy(name: string, to: Edits): Change {
  return { name, to, run: DEPLOY };
}

function checkOf(fall: number): Edits {
  return [['fall: 2', `fall: ${fall + 1}`]];
}

function variable(line: string): Edits {
  return [['vrrp_vips: 3', `vrrp_vips: 3\n        ${line}`]];
}

/** Writes the inventories of a change; what is given puts their paths into words. */
export function inventoriesOf(lab: Lab, folder: string, to: Edits) {
  const paths = new Map([
    ['base', write(lab, join(folder, 'base.yaml'), [])],
    ['to', write(lab, join(folder, 'to.yaml'), to)],
    ['other', write(lab, join(folder, 'other.yaml'), checkOf(9))],
  ]);
  return (words: readonly string[]) => words.map((word) => paths.get(word) ?? word);
}

/** inventory/lab.yaml, with a health check as seldom as in production, and these edits. */
function write(lab: Lab, path: string, edits: Edits): string {
  const original = readFileSync('inventory/lab.yaml', 'utf8')
    .replaceAll('.lab/', `${lab.dir}/`)
    .replace('interval: 2', 'interval: 5')
    .replace('timeout: 1', 'timeout: 3');
  const text = edits.reduce((before, [what, by]) => before.replace(what, by), original);
  writeFileSync(path, text);
  return path;
}

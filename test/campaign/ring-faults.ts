import { setTimeout as delay } from 'node:timers/promises';
import { atSomeMoment, COMMON, type Fault, type Place, type Struck, stall } from './fault.ts';
import { CONF } from './ring-view.ts';

/** Longer than the silence after which a node helps itself. */
const LONG_MS = 40_000;

/** What happens to runs that change a ring: to rota, or to one of its nodes. */
export const RING_FAULTS: readonly Fault[] = [
  ...COMMON,
  { name: 'rota stalled for long', strike: atSomeMoment((struck) => stall(struck, LONG_MS)) },
  { name: 'keepalived killed', strike: atSomeMoment(killKeepalived) },
  { name: 'network lost', strike: atSomeMoment(loseNetwork) },
  { name: 'fabric cut', strike: atSomeMoment(cutFabric) },
  { name: 'check failing', strike: atSomeMoment(failCheck) },
  { name: 'something in the way', plant: plantFolder, must: 'refuse' },
  { name: 'disk full', plant: fillDisk },
];

async function killKeepalived({ lab, node }: Struck): Promise<void> {
  await lab.run(node, 'pkill -KILL -x keepalived');
}

/** Between rota and the node, for less or more than the silence. */
async function loseNetwork({ lab, node, random }: Struck): Promise<void> {
  await lab.run('control', `ip link set ${node}-m down`);
  await delay(random.next() * LONG_MS);
  await lab.run('control', `ip link set ${node}-m up`);
}

async function cutFabric({ lab, node, random }: Struck): Promise<void> {
  await lab.cut(node);
  await delay(random.next() * 8000);
  await lab.mend(node);
}

async function failCheck({ lab, node, random }: Struck): Promise<void> {
  await lab.setHealth(node, 'apiserver', 'failing');
  await delay(random.next() * LONG_MS);
  await lab.setHealth(node, 'apiserver', 'healthy');
}

/** Where the configuration was, and keepalived has it loaded. */
async function plantFolder({ lab, node }: Place) {
  await lab.run(node, `mv ${CONF} ${CONF}.aside; mkdir ${CONF}`);
  return async () => {
    await lab.run(node, `rmdir ${CONF}; mv ${CONF}.aside ${CONF}`);
  };
}

/** Of the file system with what rota keeps there: room for some of it, or for none. */
async function fillDisk({ lab, node, random }: Place) {
  const folder = '/var/lib/rota';
  const pages = 1 + random.below(12);
  await lab.run(
    node,
    `cp -a ${folder} ${folder}.aside; size=$(du -sk ${folder} | cut -f1)
mount -t tmpfs -o size=$((size * 1024 + ${pages} * 4096)),mode=755 none ${folder}; cp -a ${folder}.aside/. ${folder}/; rm -rf ${folder}.aside`,
  );
  return async () => {
    // Not while the node helps itself by what is there.
    await lab.run(
      node,
      `for try in $(seq 300); do ls ${folder}/runs/*/armed ${folder}/runs/*/undoing >/dev/null 2>&1 || break; sleep 0.1; done
cp -a ${folder} ${folder}.aside; umount -l ${folder}; rm -rf ${folder}; mv ${folder}.aside ${folder}`,
    );
  };
}

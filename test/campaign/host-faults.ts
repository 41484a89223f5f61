import { ATTACK } from '../attack.ts';
import { COMMON, type Fault, type Place } from './fault.ts';
import { EVES, MANIFESTS, NOBODY, VICTIMS } from './world.ts';

/** The folder of another user is his own meanwhile. */
export const LINKS: Fault = {
  name: 'links planted meanwhile',
  plant: startAttack,
  mayRefuseUndo: true,
};

/** What happens to plain runs. */
export const HOST_FAULTS: readonly Fault[] = [
  ...COMMON,
  { name: 'something in the way', plant: plantInTheWay, must: 'refuse' },
  LINKS,
  { name: 'disk full', plant: fillDisk },
];

async function plantInTheWay({ lab, node, random }: Place) {
  const path = random.of([`${MANIFESTS}/pod.yaml`, '/srv/campaign/a.conf']);
  const make = random.of([`mkfifo ${path}`, `mkdir ${path}`, `mknod ${path} c 1 3`]);
  await lab.run(node, `mv ${path} ${path}.aside; ${make}`);
  return async () => {
    await lab.run(node, `rm -rf ${path}; mv ${path}.aside ${path}`);
  };
}

async function startAttack({ lab, node }: Place) {
  const script = `exec setpriv --reuid ${NOBODY} --regid ${NOBODY} --clear-groups perl -e "$(cat)" ${EVES.replace(/\/conf$/, '')} ${VICTIMS}`;
  const attack = lab.run(node, script, ATTACK);
  return async () => {
    await lab.run(node, `pkill -KILL -u ${NOBODY}`);
    await attack;
    await lab.run(node, `rm -rf ${EVES}; mkdir ${EVES}; chown ${NOBODY}:${NOBODY} ${EVES}`);
  };
}

/** Room for about half of what is to be written. */
async function fillDisk({ lab, node, random }: Place) {
  const folder = '/srv/campaign';
  const size = 4096 * (2 + random.below(12));
  await lab.run(
    node,
    `cp -a ${folder} ${folder}.aside; mount -t tmpfs -o size=${size},mode=755 none ${folder}; cp -a ${folder}.aside/. ${folder}/ 2>/dev/null || umount ${folder}; rm -rf ${folder}.aside`,
  );
  return async () => {
    await lab.run(
      node,
      `mountpoint -q ${folder} || exit 0; cp -a ${folder} ${folder}.aside; umount ${folder}; rm -rf ${folder}; mv ${folder}.aside ${folder}`,
    );
  };
}

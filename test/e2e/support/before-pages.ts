import type { TaskTrial } from './task-trial.ts';

/** What the example of a page needs besides a host, and what of it is told otherwise. */
interface BeforePage {
  /** Makes what the example finds on the host, in its folder, or on the network. Gives what ends it. */
  prepare?(trial: TaskTrial): Promise<undefined | (() => Promise<void>)>;
  /** A question alone, which changes nothing of the host. */
  readonly isQuestion?: true;
}

/** By the names of tasks, for those that need something. */
export const BEFORE_PAGES: Readonly<Record<string, BeforePage>> = {
  assert: { isQuestion: true },
  container: { prepare: preparePodman },
  git: { prepare: prepareRepository },
  kernelModule: {
    prepare: (trial) => prepared(trial, 'mkdir -p /etc/modules-load.d /etc/modprobe.d'),
  },
  swapOff: {
    prepare: (trial) => prepared(trial, "echo '/dev/sdx1 none swap sw 0 0' >>/etc/fstab"),
  },
};

/** A light node has no place for images, and no cgroups. Gives what takes them away again. */
export async function preparePodman(trial: TaskTrial) {
  await trial.sh(`mkdir -p /var/lib/cni
for place in /var/lib/containers /var/lib/cni /sys/fs/cgroup; do mount -t tmpfs tmpfs "$place"; done
printf '%s\n' '[containers]' 'cgroups = "disabled"' 'pids_limit = 0' '[engine]' 'cgroup_manager = "cgroupfs"' \
  'events_logger = "file"' 'runtime = "crun"' >/etc/containers/containers.conf
mkdir -p /tmp/image/bin
cp /bin/busybox /tmp/image/bin
ln -s busybox /tmp/image/bin/httpd
tar -C /tmp/image -c . | podman import -q -c STOPSIGNAL=KILL - localhost/busybox:1`);
  return async () => {
    await trial.sh(`podman rm -fa -t 0
rm /etc/containers/containers.conf
umount /sys/fs/cgroup /var/lib/cni /var/lib/containers`);
  };
}

async function prepared(trial: TaskTrial, script: string): Promise<undefined> {
  await trial.sh(script);
}

async function prepareRepository(trial: TaskTrial) {
  return await prepared(
    trial,
    `git init -q -b main /srv/git/app.git
cd /srv/git/app.git
git config user.name ada
git config user.email ada@localhost
for text in one two; do echo "$text" >app; git add app; git commit -qm "$text"; done`,
  );
}

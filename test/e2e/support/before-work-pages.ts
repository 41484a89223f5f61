import type { BeforePage } from './before-page.ts';
import type { TaskTrial } from './task-trial.ts';

const NOTHING_ELSE = async () => {};

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
umount /sys/fs/cgroup /var/lib/cni
# What cleans up behind a container may outlive it.
until umount /var/lib/containers 2>/dev/null; do sleep 0.1; done`);
  };
}

/** A repository at /srv/git/app.git, with two commits. */
export async function prepareRepository(trial: TaskTrial) {
  await trial.sh(`git init -q -b main /srv/git/app.git
cd /srv/git/app.git
git config user.name ada
git config user.email ada@localhost
for text in one two; do echo "$text" >app; git add app; git commit -qm "$text"; done`);
  return NOTHING_ELSE;
}

/** What kmod and systemd bring along. */
export async function prepareModules(trial: TaskTrial) {
  await trial.sh('mkdir -p /etc/modules-load.d /etc/modprobe.d');
  return NOTHING_ELSE;
}

/** Swap that would be on after a boot. */
export async function prepareSwap(trial: TaskTrial) {
  await trial.sh("echo '/dev/sdx1 none swap sw 0 0' >>/etc/fstab");
  return NOTHING_ELSE;
}

/** As packages ask for a boot. At that of a node, nothing mounts what the page of mount has in fstab(5). */
export async function prepareBoot(trial: TaskTrial) {
  await trial.sh(`mkdir -p /etc/apt/apt.conf.d
touch /run/reboot-required
! grep -q ' /srv/scratch ' /proc/mounts || umount /srv/scratch`);
  return NOTHING_ELSE;
}

/** By the names of tasks of work and of the system, for those that need something. */
export const BEFORE_WORK_PAGES: Readonly<Record<string, BeforePage>> = {
  assert: { isQuestion: true },
  container: { prepare: preparePodman },
  git: { prepare: prepareRepository },
  kernelModule: { prepare: prepareModules },
  reboot: { prepare: prepareBoot },
  swapOff: { prepare: prepareSwap },
};

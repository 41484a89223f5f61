import type { VirtualMachine } from './virtual-machine.ts';

/** What a page's example needs on the machine, and what holds there once it has been done. */
interface BeforePage {
  prepare?(vm: VirtualMachine): void;
  /** sh that ends well where the machine itself says so, not its files alone. */
  readonly holds: string;
}

/** The tasks of which a virtual machine shows more than a node of the lab. */
export const BEFORE_PAGES: Readonly<Record<string, BeforePage>> = {
  cron: { holds: 'systemctl is-active --quiet cron' },
  firewall: { holds: 'nft list chain inet rota input | grep -q "policy drop"' },
  hostname: { holds: '[ "$(hostnamectl hostname)" = vm.example.org ]' },
  kernelModule: { holds: 'grep -q "^bridge " /proc/modules' },
  mount: { holds: 'findmnt -n -o OPTIONS /srv/scratch | grep -q noexec' },
  reboot: {
    prepare: (vm) => {
      vm.sh('touch /run/reboot-required; cp /proc/sys/kernel/random/boot_id /var/tmp/boot-before');
    },
    holds: '! cmp -s /proc/sys/kernel/random/boot_id /var/tmp/boot-before',
  },
  service: {
    holds: 'systemctl is-active --quiet nginx && systemctl is-enabled --quiet nginx',
  },
  swapOff: {
    prepare: (vm) => {
      vm.sh(`dd if=/dev/zero of=/swap bs=1M count=64 status=none
chmod 600 /swap
mkswap -q /swap
echo '/swap none swap sw 0 0' >>/etc/fstab
swapon -a
grep -q '^/swap ' /proc/swaps`);
    },
    holds: '! grep -q "^/swap " /proc/swaps',
  },
  sysctl: { holds: '[ "$(sysctl -n net.ipv4.ip_forward)" = 1 ]' },
  timezone: { holds: '[ "$(timedatectl show -p Timezone --value)" = Europe/Paris ]' },
  unit: {
    holds:
      '[ "$(systemctl show -p NeedDaemonReload --value tidy.timer)" = no ] && systemctl cat tidy.timer | grep -q daily',
  },
};

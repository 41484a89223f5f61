import type { TrialPlace } from '../e2e/support/task-trial.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** By path its kind, mode, owner and content; what the machine itself writes there aside. */
const ON_DISK = `find /etc /opt /srv /usr/local /var/lib -xdev \\
  \\( -path /var/lib/rota -o -path /var/lib/systemd -o -path /var/lib/private -o -path /etc/nginx/.x \\) -prune -o \\
  ! -name '*.rota-before' ! -name '*-' -printf '%p\\t%y %m %u:%g %l\\n' | LC_ALL=C sort >/tmp/states
find /etc /opt /srv /usr/local -xdev -type f ! -name '*.rota-before' ! -name '*-' -exec sha256sum {} + | LC_ALL=C sort
cat /tmp/states`;

/** A virtual machine, to try tasks on. */
export function vmPlace(vm: VirtualMachine): TrialPlace {
  return {
    host: vm.host,
    folder: vm.folder,
    sh: async (script) => vm.sh(script),
    onDisk: async () => {
      const lines = vm.sh(ON_DISK).split('\n');
      return Object.fromEntries(lines.map((line) => [line, '']));
    },
  };
}

import { Failure } from '#engine/model/failure.ts';
import { senseless } from '#engine/model/host-answers.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { USER } from '#engine/shell/program-functions.ts';
import { familyOf } from '#keepalived/address.ts';
import { notifies, SYSLOG } from '#keepalived/files.ts';
import { ownAddresses, prefixLengthOf } from '#keepalived/node-address.ts';
import type { HeldAddress } from '#keepalived/reads/addresses.ts';
import { type InterfacesFact, interfaces } from '#keepalived/reads/interfaces.ts';
import { ALL_PROCESSES, noRight } from '#keepalived/reads/process.ts';
import type { Node } from '#keepalived/vars.ts';
import { drainNote } from './drained.ts';

/** What a node must be before it is changed, and who drained it. Nothing here can be brought about. */
export function requirements({ vars }: Node): readonly Task[] {
  const own = ownAddresses(vars).map((address) => ({
    address,
    prefixLength: prefixLengthOf(vars, familyOf(address)),
  }));
  return [drainNote(), rootAccess(), requireInterface(vars.vrrp_interface, own)];
}

/** That the user may change the host; it fails else. */
export function rootAccess(): Task {
  return task({
    title: 'scripts run as root',
    desired: {},
    reads: { user: userId },
    inspect: ({ user }) => {
      if (user === 0) return {};
      throw noRight(user, 'to change the host');
    },
    apply: () => [],
  });
}

/** The number of the user that scripts run as: 0 is root. */
export const userId: Read<number> = {
  key: 'user id',
  script: `${USER}
echo "$user"`,
  parse: ({ stdout }) => {
    if (!/^\d{1,10}\n$/.test(stdout)) throw senseless(stdout);
    return Number(stdout);
  },
};

/** An address that a node is to have, and to have VIPs beside. */
interface OwnAddress {
  readonly address: string;
  readonly prefixLength: number;
}

/** The interface is there, with the node's own addresses on it. */
function requireInterface(name: string, own: readonly OwnAddress[]): Task {
  return task({
    title: `interface ${name}`,
    desired: {},
    reads: { found: interfaces(own.map(({ address }) => familyOf(address))) },
    inspect: ({ found }) => {
      if (!found.names.includes(name)) throw noInterface(name, found);
      for (const address of own) requireAddress(name, address, found.addresses);
      return {};
    },
    apply: () => [],
  });
}

function requireAddress(name: string, own: OwnAddress, addresses: readonly HeldAddress[]): void {
  const { address, prefixLength } = own;
  const held = addresses.find((other) => other.address === address);
  if (held?.interface !== name) throw noAddress(name, address, held?.interface);
  if (!held.usable) throw unusable(name, address);
  // Otherwise a VIP is no secondary address, and becomes the source of the node's own connections.
  if (familyOf(address) === 4 && held.prefixLength !== prefixLength) throw otherPrefix(held, own);
}

function noInterface(name: string, { names }: InterfacesFact): Failure {
  return new Failure('The host has no such interface', {
    ran: `${name}; it has ${names.filter((other) => other !== 'lo').join(', ')}`,
    fix: 'Set vrrp_interface to one that it has.',
  });
}

function noAddress(name: string, address: string, elsewhere: string | undefined): Failure {
  return new Failure('The address of the node is not on its interface', {
    ran: `${address}: expected on ${name}, seen ${elsewhere === undefined ? 'nowhere' : `on ${elsewhere}`}`,
    fix: `Give the interface this address, or mend ${familyOf(address) === 4 ? 'vrrp_address4' : 'vrrp_mac, vrrp_fabric_id, vrrp_virt or vrrp_address'}.`,
  });
}

function otherPrefix({ interface: name, prefixLength }: HeldAddress, own: OwnAddress): Failure {
  return new Failure('The prefix length of the node’s IPv4 address is not that of the VIPs', {
    ran: `${own.address}/${prefixLength} on ${name}; the VIPs are to get /${own.prefixLength}`,
    fix: `Set vrrp_prefix_length4: ${prefixLength}.`,
  });
}

function unusable(name: string, address: string): Failure {
  return new Failure('The address of the node cannot be used', {
    ran: `${address} on ${name} is tentative, or a duplicate`,
    fix: 'Wait until duplicate address detection has ended, or look for another host with this address.',
  });
}

/** That the pod would find the host's syslog: it does not start without. */
export function notifyRequirements({ vars }: Node): readonly Task[] {
  if (!notifies(vars)) return [];
  return [
    task({
      title: 'state changes can be told',
      desired: {},
      reads: { way: wayToTell },
      inspect: ({ way }) => {
        if (way.hasSyslog) return {};
        throw new Failure('The host has no syslog', {
          ran: `${SYSLOG} is no socket`,
          fix: 'Start journald, rsyslog or the like, or leave keepalived_notify out.',
        });
      },
      note: ({ way: { absent } }) =>
        absent.length === 0
          ? undefined
          : `the image that runs lacks what tells of state changes: ${absent.join(', ')}`,
      apply: () => [],
    }),
  ];
}

interface WayToTell {
  readonly hasSyslog: boolean;
  /** Programs that the script needs, and the image that runs has not. */
  readonly absent: readonly string[];
}

const wayToTell: Read<WayToTell> = {
  key: 'way to tell of state changes',
  volatile: true,
  shared: [ALL_PROCESSES],
  script: `[ ! -S ${SYSLOG} ] || echo syslog
for main in $mains; do
  chroot "/proc/$main/root" /bin/sh -c 'for program in date logger mv tail wc; do
    command -v "$program" >/dev/null || echo "absent $program"
  done' 2>/dev/null || echo 'absent /bin/sh'
done`,
  parse: ({ stdout }) => {
    const lines = stdout.split('\n');
    return {
      hasSyslog: lines.includes('syslog'),
      absent: [
        ...new Set(lines.flatMap((line) => /^absent ([/a-z]{1,20})$/.exec(line)?.[1] ?? [])),
      ],
    };
  },
};

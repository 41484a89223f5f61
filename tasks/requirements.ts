import { Failure } from '#engine/model/failure.ts';
import { type Task, task } from '#engine/model/task.ts';
import { userId } from '#engine/reads/user.ts';
import { type InterfacesFact, interfaces } from '#keepalived/reads/interfaces.ts';

/** What a node must be before it is changed. Nothing here can be brought about: it fails instead. */
export function requireRoot(): Task {
  return task({
    title: 'scripts run as root',
    desired: {},
    reads: { user: userId },
    inspect: ({ user }) => {
      if (user === 0) return {};
      throw new Failure('The user has no right to change the host', {
        ran: `id -u → ${user}`,
        fix: 'Set ansible_user: root, or ansible_become: true for a user who may use sudo without a password.',
      });
    },
    apply: () => [],
  });
}

/** The interface is there, with the node's own address on it. */
export function requireInterface(name: string, address: string): Task {
  return task({
    title: `interface ${name}`,
    desired: {},
    reads: { found: interfaces },
    inspect: ({ found }) => {
      if (!found.names.includes(name)) throw noInterface(name, found);
      const own = found.addresses.find((held) => held.address === address);
      if (own?.interface !== name) throw noAddress(name, address, own?.interface);
      if (!own.usable) throw unusable(name, address);
      return {};
    },
    apply: () => [],
  });
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
    fix: 'Give the interface this address, or mend vrrp_mac, vrrp_fabric_id, vrrp_virt or vrrp_address.',
  });
}

function unusable(name: string, address: string): Failure {
  return new Failure('The address of the node cannot be used', {
    ran: `${address} on ${name} is tentative, or a duplicate`,
    fix: 'Wait until duplicate address detection has ended, or look for another host with this address.',
  });
}

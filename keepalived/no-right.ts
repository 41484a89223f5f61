import { Failure } from '#engine/model/failure.ts';

/** Why a user other than root cannot do something with a host: "to change the host". */
export function noRight(user: number, what: string): Failure {
  return new Failure(`The user has no right ${what}`, {
    ran: `id -u → ${user}`,
    fix: 'Set ansible_user: root, or ansible_become: true for a user who may become root.',
  });
}

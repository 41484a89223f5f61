import type { HostRun } from '#engine/host/host-run.ts';
import type { Undone } from '#engine/host/undo.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Meanwhile } from '#engine/model/rollout.ts';
import { listOf } from '#engine/model/suggest.ts';
import type { Ring, RolloutInput, Step } from './rings.ts';
import { change, keep } from './steps.ts';
import { takeBack } from './take-back.ts';

/** The hosts in front of a ring, which leave the others out while these are changed. */
export class Fronts<V> {
  readonly #input: RolloutInput<V>;
  readonly #ring: Ring;

  constructor(input: RolloutInput<V>, ring: Ring) {
    this.#input = input;
    this.#ring = ring;
  }

  /** Before a batch is changed. False: one of the hosts in front has not left it out. */
  async leaveOut(batch: readonly HostRun[]): Promise<boolean> {
    const { fronts, leftOut } = this.#ring;
    const changing = batch.filter((host) => !fronts.includes(host) && host.tasks.hasChangesFrom(1));
    const isLeftOut = await this.#turn([...leftOut, ...changing]);
    const meanwhile = meanwhileOf(this.#ring.leftOut);
    for (const host of batch) if (fronts.includes(host)) host.enter({ meanwhile });
    return isLeftOut;
  }

  /** Once a batch was changed, those of it that have passed. False: one of the hosts in front has not. */
  async takeIn(passed: readonly HostRun[]): Promise<boolean> {
    return await this.#turn(this.#ring.leftOut.filter((host) => !passed.includes(host)));
  }

  /**
   * Undoes a host while it is left out, as it was changed; where that cannot be, all the same. One that was left
   * out before stays so.
   */
  async undo({ host, before }: Step): Promise<Undone | Failure> {
    const { fronts, leftOut } = this.#ring;
    if ([...fronts, ...leftOut].includes(host)) return await host.undo(before);
    await this.#turn([...leftOut, host]);
    const undone = await host.undo(before);
    if (undone instanceof Failure || !(await this.takeIn([host]))) this.tellLeftOut([host]);
    return undone;
  }

  /** Those of a batch that have not passed, or could not be taken in, are still left out. */
  tellLeftOut(batch: readonly HostRun[]): void {
    const by = listOf(this.#ring.fronts.map(({ name }) => name));
    for (const host of this.#ring.leftOut.filter((one) => batch.includes(one))) {
      const failure = new Failure(`Still left out by ${by}`, {
        where: host.name,
        fix: 'Mend what is named above, and run again: it is taken in once its change has passed.',
      });
      host.fail(failure, 'hostRefused');
    }
  }

  /** Has all hosts in front leave these out and no others, or else none of them anything new. */
  async #turn(out: readonly HostRun[]): Promise<boolean> {
    const [input, ring, before] = [this.#input, this.#ring, this.#ring.leftOut];
    if (ring.fronts.length === 0 || out.length === before.length) return true;
    if (ring.fronts.some(({ failure }) => failure !== undefined)) return false;
    const phase = { meanwhile: meanwhileOf(out), since: meanwhileOf(before) };
    for (const host of ring.fronts) host.enter(phase);
    const made = await change(input, ring.fronts);
    const isMade = ring.fronts.every(({ failure }) => failure === undefined) && !input.stop.aborted;
    const hosts = made.map(({ host }) => host);
    if (isMade && (await keep(hosts, true))) ring.leftOut = out;
    else await takeBack(input, ring, made);
    return ring.leftOut === out;
  }
}

/** A host in front is told of those that it is to leave out. */
function meanwhileOf(out: readonly HostRun[]): Meanwhile {
  return new Map(out.map(({ name }) => [name, 0]));
}

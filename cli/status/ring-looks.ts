import { setTimeout as delay } from 'node:timers/promises';
import { Answers } from '#engine/model/answers.ts';
import { CONTROL_MACHINE, type Host } from '#engine/model/host.ts';
import type { Limits } from '#engine/model/limits.ts';
import { Connections } from '#lib/ssh/index.ts';
import { localReads, type Node, type RingStatus, statusOf } from '#playbooks/status.ts';
import type { Loaded } from '../load.ts';
import { lookAt } from '../look.ts';
import { prepareConnections } from '../prepare-connections.ts';
import type { Looks } from './follow.ts';
import { FollowedNode, type LookOptions } from './followed-node.ts';

/** What an image's ref stands for is asked for anew after this. */
const LOCAL_MS = 60_000;

/** Who looks again soon waits for that no longer: a registry that is gone says so after half a minute. */
const LOCAL_PATIENCE_MS = 2000;

/** Looks at the rings of an inventory, over connections that stay open until `close`, and open again then. */
export class RingLooks implements Looks, AsyncDisposable {
  readonly #members: readonly Node[];
  readonly #localHost: Host;
  readonly #connections: Connections;
  readonly #nodes: readonly FollowedNode[];
  #local = new Answers();
  #localAt = Number.NEGATIVE_INFINITY;
  #askingLocal: Promise<void> | undefined;

  /** Of a slice its own rings, whole. */
  constructor({ members, targets, localHost }: Loaded<Node['vars']>, limits: Limits) {
    this.#members = members.filter(({ host }) => targets.has(host.name));
    this.#localHost = localHost ?? CONTROL_MACHINE;
    this.#connections = new Connections(undefined, limits);
    this.#nodes = this.#members.map(
      (member) => new FollowedNode(member, this.#members, this.#connections),
    );
  }

  async look(options: LookOptions = {}): Promise<readonly RingStatus[]> {
    const hosts = this.#members.map(({ host }) => host);
    // Both at once would ask for the same thing twice.
    await prepareConnections(this.#connections, [this.#localHost, ...hosts]);
    const [answers] = await Promise.all([
      Promise.all(this.#nodes.map((node) => node.look(options))),
      this.#localAnswers(options),
    ]);
    const byName = new Map(answers.map((answer, at) => [hosts[at]?.name ?? '', answer]));
    return statusOf(this.#members, { answers: byName, local: this.#local, now: new Date() });
  }

  async #localAnswers({ isHasty = false }: LookOptions): Promise<void> {
    if (performance.now() - this.#localAt < LOCAL_MS) return;
    this.#askingLocal ??= this.#askLocal().finally(() => {
      this.#askingLocal = undefined;
    });
    const patience = isHasty ? [delay(LOCAL_PATIENCE_MS, undefined, { ref: false })] : [];
    await Promise.race([this.#askingLocal, ...patience]);
  }

  async #askLocal(): Promise<void> {
    const host = this.#localHost;
    const looks = await lookAt(this.#connections, [{ host }], () => localReads(this.#members));
    const said = looks.get(host.name);
    this.#local = said instanceof Answers ? said : new Answers();
    this.#localAt = performance.now();
  }

  /** Ends what runs on the nodes, and the connections with them. */
  async close(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.close()));
    await this.#connections.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

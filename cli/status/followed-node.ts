import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '#engine/host/ask.ts';
import { HostConnection } from '#engine/host/connection.ts';
import { Answers } from '#engine/model/answers.ts';
import { Failure, orFailure } from '#engine/model/failure.ts';
import { type RunningWatch, startWatch } from '#engine/rollout/watch-ring.ts';
import type { Connections } from '#lib/ssh/index.ts';
import { followVips, type HeldNow, vipsIn } from '#playbooks/follow-vips.ts';
import { type Node, statusReads } from '#playbooks/status.ts';

/** Told what a node holds, at once and whenever that changes. */
export type OnHeld = (held: HeldNow) => void;

/** How hosts are looked at. */
export interface LookOptions {
  /** A host that is silent is not waited for as long as it may take: somebody looks again soon. */
  readonly isHasty?: boolean;
  /** Told what nodes hold, from this look on, until `close`. */
  readonly onHeld?: OnHeld;
}

/**
 * What a look takes at most on a host that is there, beside the time that its checks may take; and for
 * how long one is waited for that was silent the last time.
 */
const PATIENCE_MS = 8000;
const SILENT_MS = 3000;

/** So often no VIP changes hands: who tells more is heeded again with the next look, over another connection. */
const MOST_TOLD = 500;

/** A node, its connection while there is one, and what tells there what it holds. */
export class FollowedNode {
  readonly #member: Node;
  readonly #members: readonly Node[];
  readonly #connection: HostConnection;
  #isSilent = false;
  #asking: Promise<Answers | Failure> | undefined;
  #watch: Promise<RunningWatch> | undefined;
  #ending: Promise<void> | undefined;

  constructor(member: Node, members: readonly Node[], connections: Connections) {
    this.#member = member;
    this.#members = members;
    this.#connection = new HostConnection(member.host, (host) => connections.connect(host));
  }

  /** The answers, or the reason for none. */
  async look({ isHasty = false, onHeld }: LookOptions): Promise<Answers | Failure> {
    // A connection that is still tried is not tried twice.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const answer = await (isHasty ? this.#atMost(this.#asking) : this.#asking);
    this.#isSilent = answer instanceof Failure;
    if (answer instanceof Failure) void this.#end({ isLost: true });
    else if (onHeld !== undefined) await this.#follow(onHeld);
    return answer;
  }

  async #ask(): Promise<Answers | Failure> {
    const reads = Object.values(statusReads(this.#member, this.#members));
    return await orFailure(this.#member.host.name, async () => {
      await this.#ending;
      const connection = this.#connection;
      const session = connection.isOpen ? connection.session : await connection.open();
      return new Answers(await ask(session, reads));
    });
  }

  async #atMost(asking: Promise<Answers | Failure>): Promise<Answers | Failure> {
    const timeouts = this.#member.vars.keepalived_checks.map(({ timeout }) => timeout * 1000);
    const ms = (this.#isSilent ? SILENT_MS : PATIENCE_MS) + Math.max(0, ...timeouts);
    const giveUp = new AbortController();
    const silence = async () => {
      await delay(ms, undefined, { signal: giveUp.signal, ref: false }).catch(() => {});
      return new Failure('The host does not answer', {
        ...{ kind: 'unreachable', where: this.#member.host.name },
        ran: `status → nothing in ${ms / 1000} s`,
        fix: 'It is asked again and again.',
      });
    };
    const answer = await Promise.race([asking, silence()]);
    giveUp.abort();
    return answer;
  }

  async #follow(onHeld: OnHeld): Promise<void> {
    const running = await this.#watch;
    if (running !== undefined && running.ended.length === 0) return;
    const { name } = this.#member.host;
    let told = 0;
    const see = (_: string, line: string) => {
      told += 1;
      if (told === MOST_TOLD) void this.#end({ isLost: true });
      if (told >= MOST_TOLD) return;
      const vips = vipsIn(line, this.#member, this.#members);
      if (vips !== undefined) onHeld({ node: name, vips, at: new Date() });
    };
    const script = followVips(this.#member, this.#members);
    const watch = { scriptFor: () => script, see, report: () => [] };
    this.#watch = startWatch({ watch, hosts: [{ name, connection: this.#connection }] });
  }

  /** Ends what runs on the node, and the connection with it; the next look opens another one. */
  async close(): Promise<void> {
    await this.#end({ isLost: false });
  }

  /** A host that is lost says no last word: what runs there ends with its connection. */
  async #end({ isLost }: { readonly isLost: boolean }): Promise<void> {
    this.#ending ??= (async () => {
      if (isLost) await this.#connection.close();
      await (await this.#watch)?.[Symbol.asyncDispose]();
      await this.#connection.close();
      this.#watch = undefined;
      this.#ending = undefined;
    })();
    await this.#ending;
  }
}

import type { Host } from '#engine/model/host.ts';
import type { Connect, Session } from '#engine/model/session.ts';
import { Lease, type LeaseRequest } from './lease.ts';

/** The way to a host in one run: its session, and the lease that is held over it. */
export class HostConnection {
  readonly host: Host;
  readonly connect: Connect;
  #session: Session | undefined;
  #lease: Lease | undefined;

  constructor(host: Host, connect: Connect) {
    this.host = host;
    this.connect = connect;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  get session(): Session {
    if (this.#session === undefined) throw new Error(`${this.host.name} is not connected`);
    return this.#session;
  }

  /** Also in place of a session that is gone: its lease went with it. */
  async open(): Promise<Session> {
    this.#lease = undefined;
    this.#session = await this.connect(this.host);
    return this.#session;
  }

  get isLeased(): boolean {
    return this.#lease !== undefined;
  }

  /** What a program on the host needs of this. */
  get held() {
    return { session: this.session, leased: this.isLeased };
  }

  /** Takes the host for one run; true when runs that had died were undone there first. */
  async takeLease(request: Omit<LeaseRequest, 'session'>): Promise<boolean> {
    this.#lease = await Lease.take({ ...request, session: this.session });
    return this.#lease.settled;
  }

  async close(): Promise<void> {
    await this.#lease?.release();
    await this.#session?.[Symbol.asyncDispose]();
    this.#lease = undefined;
    this.#session = undefined;
  }
}

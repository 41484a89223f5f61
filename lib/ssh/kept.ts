import type { Limits } from '#engine/model/limits.ts';

/** What may be kept of all that runs on a host at once. */
export class HostBytes {
  readonly limits: Limits;
  left: number;

  constructor(limits: Limits) {
    this.limits = limits;
    this.left = limits.host.most;
  }
}

/** What a command has printed, up to its limit and its host's; what comes beyond is counted. */
export class KeptOutput implements Disposable {
  readonly stdout = new KeptStream(this);
  readonly stderr = new KeptStream(this);
  readonly #host: HostBytes;
  readonly #onCut: ((limits: Limits) => void) | undefined;
  #left: number;
  /** How many bytes were not kept. */
  cut = 0;

  /** `onCut` is told when there is more than can be kept. */
  constructor(host: HostBytes, onCut?: (limits: Limits) => void) {
    this.#host = host;
    this.#left = host.limits.output.most;
    this.#onCut = onCut;
  }

  /** As much of a chunk as there is room for. */
  take(chunk: Buffer): Buffer {
    const room = Math.min(this.#left, this.#host.left);
    const kept = chunk.subarray(0, room);
    this.#left -= kept.length;
    this.#host.left -= kept.length;
    this.cut += chunk.length - kept.length;
    if (kept.length < chunk.length) this.#onCut?.(this.#host.limits);
    return kept;
  }

  /** Both streams, and how much is missing there, if anything is. */
  get output(): { readonly stdout: Buffer; readonly stderr: Buffer; readonly cut?: number } {
    const streams = { stdout: this.stdout.bytes, stderr: this.stderr.bytes };
    return this.cut === 0 ? streams : { ...streams, cut: this.cut };
  }

  /** Gives the host its room back: what is kept is the caller's now. */
  [Symbol.dispose](): void {
    this.#host.left += this.#host.limits.output.most - this.#left;
    this.#left = 0;
  }
}

/** A list of chunks, which zx fills as well. */
class KeptStream extends Array<Buffer> {
  readonly #kept: KeptOutput;

  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  constructor(kept: KeptOutput) {
    super();
    this.#kept = kept;
  }

  get bytes(): Buffer {
    return Buffer.concat(this);
  }

  override push(...chunks: Buffer[]): number {
    for (const chunk of chunks) {
      const kept = this.#kept.take(chunk);
      if (kept.length > 0) super.push(kept);
    }
    return this.length;
  }
}

import { EventEmitter, once } from 'node:events';
import { mkdirSync, watch } from 'node:fs';

/** conmon writes a file of the container's ID here when it ends; podman's clean-up takes it away. */
const FOLDER = '/run/libpod/exits';

/** The containers that have ended since this was made, without a process that looks for each. */
export class Exits {
  readonly #ended = new Set<string>();
  readonly #events = new EventEmitter();

  constructor() {
    mkdirSync(FOLDER, { recursive: true, mode: 0o750 });
    watch(FOLDER, (_, id) => {
      if (id === null) return;
      this.#ended.add(id);
      this.#events.emit(id);
    });
  }

  /** Resolves when a container has ended, or when that is not waited for any more. */
  async of(id: string, signal: AbortSignal): Promise<void> {
    if (!this.#ended.has(id)) await once(this.#events, id, { signal }).catch(() => undefined);
  }
}

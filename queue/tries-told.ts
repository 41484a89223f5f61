import type { RunEvent } from '#engine/run/events.ts';
import { EXIT_HEADER } from './subjects.ts';
import { TryEvents } from './try-events.ts';

/** A piece of what one try of a slice has told. */
export interface ToldPiece {
  readonly slice: number;
  readonly name: string;
  readonly events: readonly RunEvent[];
  /** Of the last piece: the exit code of its process, or the signal that has ended it. */
  readonly exit: string | undefined;
}

interface TryMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: { get(name: string): string } | undefined;
}

/** What all tries of a run tell, made of the messages of its stream. */
export class TriesTold {
  readonly #events = new Map<string, TryEvents>();

  /** Undefined for a message that is of no try. */
  of({ subject, data, headers }: TryMessage): ToldPiece | undefined {
    const [, , , slice = '', name] = subject.split('.');
    const index = Number(slice);
    if (name === undefined || !(index >= 1)) return undefined;
    const known = this.#events.get(name) ?? new TryEvents();
    this.#events.set(name, known);
    const exit = headers?.get(EXIT_HEADER);
    return { slice: index, name, events: known.add(data), exit };
  }
}

import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import { EventLine, KINDS } from '#engine/report/recorded.ts';
import type { RunEvent } from '#engine/run/events.ts';

const Typed = z.looseObject({ type: z.string() });

/** The events of one try of a slice, made of what its process has printed, in whatever pieces. */
export class TryEvents {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  add(piece: Uint8Array): readonly RunEvent[] {
    const lines = `${this.#rest}${this.#decoder.write(Buffer.from(piece))}`.split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.flatMap(eventOf);
  }
}

/** None of a line that is none: a worker is trusted with hosts, and not with this terminal. */
function eventOf(line: string): readonly RunEvent[] {
  try {
    const data = Typed.parse(JSON.parse(line));
    if (!KINDS.has(data.type)) return [];
    const { time: _, ...event } = EventLine.parse(data);
    return [event as RunEvent];
  } catch {
    return [];
  }
}

import type { Output, Read, Script } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';
import { NOTIFY_LOGS } from '../files.ts';

/** A change of an instance's state, as keepalived told its notify script. */
export interface Transition {
  /** UTC, whole seconds: `2026-11-24T10:00:00Z`. */
  readonly time: string;
  /** The instance: `VI_1`. */
  readonly instance: string;
  readonly state: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOP' | 'DELETED';
}

/**
 * The last changes of state of a node, oldest first: those that `keepalived_notify` has written, about
 * forty for each instance; none where it never was on. The text is the host's: what is no such line is left out.
 */
export const notifyLog: Read<readonly Transition[]> & Script = notifyLogIn(NOTIFY_LOGS);

/** The same, of logs in another folder. */
export function notifyLogIn(folder: string): Read<readonly Transition[]> & Script {
  return {
    key: `notify log ${folder}`,
    volatile: true,
    // Who writes there is in the pod, and gets nothing else of the host read. A line that is cut off is none.
    script: sh`for log in ${folder}/*; do [ -L "$log" ] || [ ! -f "$log" ] || tail -n 40 "$log" | tail -c 4096; done`,
    parse: parseLog,
  };
}

const LINE =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (VI_\d{1,3}(?:_4)?) (MASTER|BACKUP|FAULT|STOP|DELETED)$/;

function parseLog({ stdout }: Output): readonly Transition[] {
  return stdout
    .split('\n')
    .flatMap((line): readonly Transition[] => {
      const [, time, instance, state] = LINE.exec(line) ?? [];
      if (time === undefined || instance === undefined || state === undefined) return [];
      return [{ time, instance, state: state as Transition['state'] }];
    })
    .toSorted((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)));
}

import type { Read } from '#engine/model/read.ts';

/** A piece of sh that succeeds where a script does, and prints nothing. */
export function succeeds(script: string): string {
  return `( ${script}\n) </dev/null >/dev/null 2>&1`;
}

/**
 * Whether a script succeeds, which is made when it is asked. What others do meanwhile is no drift, but what
 * an earlier task of the stage does is heeded.
 */
export function whether(key: string, script: () => string): Read<boolean> {
  return {
    key,
    volatile: true,
    get script() {
      return `${succeeds(script())} && echo yes || echo no`;
    },
    parse: ({ stdout }) => stdout === 'yes\n',
  };
}

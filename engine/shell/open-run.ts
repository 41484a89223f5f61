import type { Read } from '#engine/model/read.ts';
import { FOLDERS } from './program-functions.ts';

/** Whether a run on a host was neither kept nor undone yet: it still goes on, or the power went. */
export const openRun: Read<boolean> = {
  key: 'open run',
  volatile: true,
  script: `${FOLDERS}
for state in "$runs"/*/armed "$runs"/*/undoing; do [ ! -e "$state" ] || { echo open; break; }; done`,
  parse: ({ stdout }) => stdout !== '',
};

import type { Read } from '#engine/model/read.ts';
import { requireFormat } from '#engine/shell/program-functions.ts';

/** Of the host's own disk, so that it outlives a reboot; kubelet does not look there. */
export const DRAINED_PATH = '/var/lib/rota/drained';

/** Whatever is in the file is shown in many places. */
const LONGEST = 300;

/** Who took the node off duty and when, such as `ada@desk at 2026-11-24T10:00:00Z`; undefined: nobody. */
export const drainedBy: Read<string | undefined> = {
  key: 'drained',
  script: `${requireFormat('/var/lib/rota')}
[ ! -e ${DRAINED_PATH} ] || cat ${DRAINED_PATH}`,
  parse: ({ stdout }) => stdout.trim().slice(0, LONGEST) || undefined,
};

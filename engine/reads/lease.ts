import type { Read } from '#engine/model/read.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';

/** Who changes a host at the moment. */
export interface LeaseFact {
  readonly owner: string;
  readonly run: string;
  readonly since: string;
  /** The playbook. */
  readonly what: string;
}

/** The lease on a host as it stands there, run out or not; undefined: none. */
export const lease: Read<LeaseFact | undefined> = {
  key: 'lease',
  volatile: true,
  script: `${FOLDERS}
[ ! -e "$here/lease" ] || cat "$here/lease"`,
  parse: ({ stdout }) => {
    if (stdout.trim() === '') return undefined;
    const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
    return {
      owner: field('owner'),
      run: field('run'),
      since: field('since'),
      what: field('what'),
    };
  },
};

import { senseless } from '#engine/model/host-answers.ts';
import type { Read } from '#engine/model/read.ts';
import { USER } from '#engine/shell/program-functions.ts';

/** The number of the user that scripts run as: 0 is root. */
export const userId: Read<number> = {
  key: 'user id',
  script: `${USER}
echo "$user"`,
  parse: ({ stdout }) => {
    if (!/^\d{1,10}\n$/.test(stdout)) throw senseless(stdout);
    return Number(stdout);
  },
};

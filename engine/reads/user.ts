import type { Read } from '#engine/model/read.ts';

/** The number of the user that scripts run as: 0 is root. */
export const userId: Read<number> = {
  key: 'user id',
  script: 'id -u',
  parse: ({ stdout }) => Number(stdout),
};

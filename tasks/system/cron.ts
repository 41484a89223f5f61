import type { Task } from '#engine/model/task.ts';
import { file } from '../files/file.ts';
import { requireOptions } from '../options.ts';
import { nameRule } from './accounts.ts';
import { isSchedule } from './schedule.ts';

export interface CronOptions {
  /** Of the file in /etc/cron.d. */
  readonly name: string;
  /** The five fields of crontab(5), or a word such as `@daily`. */
  readonly schedule: string;
  readonly command: string;
  /** Who runs it; root when left out. */
  readonly user?: string;
}

/** A command that cron runs by a schedule, in a file of its own in /etc/cron.d. */
export function cron({ name, schedule, command, user = 'root' }: CronOptions): Task {
  requireOptions(`cron ${JSON.stringify(name)}`, [
    [
      /^[\w-]+$/.test(name),
      'cron reads no file of this name',
      'Give it a name of letters, digits, _ and -.',
    ],
    [
      isSchedule(schedule),
      'This is no schedule of cron',
      'Write minute, hour, day, month and weekday: 30 4 * * 1-5',
    ],
    [
      /^[^\n\r\0]*\S[^\n\r\0]*$/.test(command),
      'cron runs one line',
      'Join its commands with ; or &&, or call a script.',
    ],
    nameRule(user),
  ]);
  // A bare % is a line end to cron.
  const line = `${schedule.trim()} ${user} ${command.replaceAll('%', '\\%')}`;
  const path = `/etc/cron.d/${name}`;
  return { ...file({ path, body: `${PATH}\n${line}\n` }), title: `cron ${name}` };
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

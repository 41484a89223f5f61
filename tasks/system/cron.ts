import type { Task } from '#engine/model/task.ts';
import { file } from '../files/file.ts';
import { isLike, requireOptions } from '../refusals.ts';
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
  requireOptions(`cron ${name}`, [
    ['name', isLike(name, /^[\w-]+$/), 'letters, digits, _ and -: cron reads no other file'],
    [
      'schedule',
      isSchedule(schedule),
      'minute, hour, day, month and weekday, such as 30 4 * * 1-5',
    ],
    ['command', isLike(command, /\S/) && !/[\n\r]/.test(command), 'one line'],
    nameRule(user, 'user'),
  ]);
  // A bare % is a line end to cron.
  const line = `${schedule.trim()} ${user} ${command.replaceAll('%', '\\%')}`;
  const path = `/etc/cron.d/${name}`;
  return { ...file({ path, body: `${PATH}\n${line}\n` }), title: `cron ${name}` };
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

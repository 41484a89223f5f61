import { like, must, optional, requireOptions } from '#engine/model/options.ts';
import type { Task } from '#engine/model/task.ts';
import { file } from '../files/file.ts';
import { NAME } from './accounts.ts';
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
export function cron(options: CronOptions): Task {
  const { name, schedule, command, user = 'root' } = options;
  requireOptions(`cron ${name}`, options, {
    name: like(/^[\w-]+$/, 'letters, digits, _ and -: cron reads no other file'),
    schedule: must(isSchedule, 'minute, hour, day, month and weekday, such as 30 4 * * 1-5'),
    command: like(/^[^\n\r]*\S[^\n\r]*$/, 'one line'),
    user: optional(NAME),
  });
  // A bare % is a line end to cron.
  const line = `${schedule.trim()} ${user} ${command.replaceAll('%', '\\%')}`;
  const path = `/etc/cron.d/${name}`;
  return { ...file({ path, body: `${PATH}\n${line}\n` }), title: `cron ${name}` };
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

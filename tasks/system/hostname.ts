import { like, refuse } from '#engine/model/options.ts';
import type { Task } from '#engine/model/task.ts';
import { liveValue } from './sysctl.ts';

const NAME = like(
  /^(?!.{65})[a-z\d]([-a-z\d]*[a-z\d])?(\.[a-z\d]([-a-z\d]*[a-z\d])?)*$/i,
  'letters, digits and hyphens, with dots between such words, 64 characters at most',
);

/** The name of a host, live and after a boot. */
export function hostname(name: string): Task {
  const title = `hostname ${name}`;
  refuse(title, NAME(name, 'name'));
  return { ...liveValue('kernel.hostname', name, ['/etc/hostname', `${name}\n`]), title };
}

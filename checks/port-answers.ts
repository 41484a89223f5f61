import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { eachHost, type HostCheckOptions } from './each-host.ts';

/** A TCP port of each host is listened on, on whatever address. Takes no program of the host. */
export function portAnswers(port: number, options: HostCheckOptions = {}): Check {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Failure('A check cannot have such a port', {
      where: `portAnswers(${String(port)})`,
      fix: 'Give it a whole number from 1 to 65535.',
    });
  const title = `port ${port} answers`;
  return eachHost({ title, script: listensOn(port), ...options });
}

/** The kernel tells those that listen (0A) before all others, of which there may be many. */
function listensOn(port: number): string {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return `for table in /proc/net/tcp /proc/net/tcp6; do
  [ -r "$table" ] || continue
  while read -r _ at _ state _; do
    case $state$at in 0A*:${hex}) exit 0 ;; 0A* | st*) ;; *) break ;; esac
  done <"$table"
done
echo nothing listens
exit 1`;
}

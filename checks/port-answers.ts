import type { Check } from '#engine/model/check.ts';
import { having, PORT, refuse } from '#engine/model/options.ts';
import { eachHost, HOST_OPTIONS, type HostCheckOptions } from './each-host.ts';

/** A TCP port of each host is listened on, on whatever address. Takes no program of the host. */
export function portAnswers(port: number, options: HostCheckOptions = {}): Check {
  const title = `port ${port} answers`;
  const faults = [...PORT(port, 'port'), ...having(HOST_OPTIONS, '')(options, 'options')];
  refuse(title, faults, 'A check');
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

import type { Check } from '#engine/model/check.ts';
import { eachHost, type HostCheckOptions } from './each-host.ts';

/** A POSIX sh script, which changes nothing, exits 0 on each host. Values in it are quoted with `sh`. */
export function commandSucceeds(script: string, options: HostCheckOptions = {}): Check {
  const [first] = script.trim().split('\n', 1);
  return eachHost({ title: `${first} succeeds`, script, ...options });
}

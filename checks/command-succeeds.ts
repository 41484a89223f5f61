import type { Check } from '#engine/model/check.ts';
import { eachHost, type HostCheckOptions } from './each-host.ts';

/** A POSIX sh script, which changes nothing, exits 0 on each host. Values in it are quoted with `sh`. */
export function commandSucceeds(script: string, options: HostCheckOptions = {}): Check {
  return eachHost({ title: `${script} succeeds`, script, ...options });
}

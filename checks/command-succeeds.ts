import type { Check } from '#engine/model/check.ts';
import { having, refuse, SCRIPT } from '#engine/model/options.ts';
import { eachHost, HOST_OPTIONS, type HostCheckOptions } from './each-host.ts';

/** A POSIX sh script, which changes nothing, exits 0 on each host. Values in it are quoted with `sh`. */
export function commandSucceeds(script: string, options: HostCheckOptions = {}): Check {
  const [first] = `${script}`.trim().split('\n', 1);
  const title = `${first} succeeds`;
  const faults = [...SCRIPT(script, 'script'), ...having(HOST_OPTIONS, '')(options, 'options')];
  refuse(title, faults, 'A check');
  return eachHost({ title, script, ...options });
}

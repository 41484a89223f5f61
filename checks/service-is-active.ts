import type { Check } from '#engine/model/check.ts';
import { having, PLAIN, refuse } from '#engine/model/options.ts';
import { sh } from '#engine/shell/quote.ts';
import { eachHost, HOST_OPTIONS, type HostCheckOptions } from './each-host.ts';

/** A service runs on each host, as systemd says; where there is none, as its `service NAME status` does. */
export function serviceIsActive(name: string, options: HostCheckOptions = {}): Check {
  const title = `${name} is active`;
  const faults = [...PLAIN(name, 'name'), ...having(HOST_OPTIONS, '')(options, 'options')];
  refuse(title, faults, 'A check');
  const script = sh`if [ -d /run/systemd/system ]; then systemctl is-active ${name}; else service ${name} status; fi`;
  return eachHost({ title, script, ...options });
}

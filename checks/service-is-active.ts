import type { Check } from '#engine/model/check.ts';
import { sh } from '#engine/shell/quote.ts';
import { eachHost, type HostCheckOptions } from './each-host.ts';

/** A service runs on each host, as systemd says; where there is none, as its `service NAME status` does. */
export function serviceIsActive(name: string, options: HostCheckOptions = {}): Check {
  const script = sh`if [ -d /run/systemd/system ]; then systemctl is-active ${name}; else service ${name} status; fi`;
  return eachHost({ title: `${name} is active`, script, ...options });
}

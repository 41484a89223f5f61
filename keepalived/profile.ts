import { type HealthCheck, scriptOf } from './checks.ts';
import { NOTIFY_SCRIPT } from './files.ts';
import type { KeepalivedVars, Node } from './vars.ts';

/** What the profiles do differently in keepalived.conf; '' stands for "not there". */
export interface Profile {
  readonly global_defs: readonly string[];
  readonly checks: readonly ProfileCheck[];
  /** Names of checks; one that is commented out begins with `#`. */
  readonly tracked: readonly string[];
  readonly auth_pass: string;
  /** Lines of an instance that has peers. */
  readonly unicast_options: readonly string[];
  readonly vip_options: string;
  /** A line of each instance. */
  readonly notify: string;
}

interface ProfileCheck {
  readonly name: string;
  readonly script: string;
  readonly interval: number;
  readonly timeout: number;
  readonly rise: number;
  readonly fall: number;
  readonly commented: boolean;
}

/** The guide made valid and safe, or one of the guide's two own ways; docs/guide.md has the reasons. */
export function profileOf(vars: KeepalivedVars): Profile {
  switch (vars.keepalived_profile) {
    case 'guide':
      return guideNode;
    case 'guide-template':
      return guideTemplate;
    default:
      return safe(vars);
  }
}

/** The checks that bear on who holds a VIP. */
export function trackedChecks(vars: KeepalivedVars): readonly ProfileCheck[] {
  const { checks, tracked } = profileOf(vars);
  return checks.filter(({ name }) => tracked.includes(name));
}

function safe(vars: KeepalivedVars): Profile {
  return {
    global_defs: [
      'enable_script_security',
      'script_user root',
      ...(vars.keepalived_reload_check ? ['reload_check_config'] : []),
      ...(vars.keepalived_garp_refresh > 0
        ? [`vrrp_garp_master_refresh ${vars.keepalived_garp_refresh}`, 'vrrp_garp_master_delay 1']
        : []),
    ],
    checks: vars.keepalived_checks.map(asProfileCheck),
    tracked: vars.keepalived_checks.map((check) => check.name),
    auth_pass: '',
    unicast_options: vars.vrrp_check_unicast_src ? ['check_unicast_src'] : [],
    vip_options: vars.vrrp_vip_preferred ? '' : ' preferred_lft 0',
    notify: vars.keepalived_notify ? `notify "${NOTIFY_SCRIPT}"` : '',
  };
}

function asProfileCheck(check: HealthCheck): ProfileCheck {
  const { name, interval, timeout, rise, fall } = check;
  return { name, script: scriptOf(check), interval, timeout, rise, fall, commented: false };
}

const API: ProfileCheck = {
  name: 'chk_api_service',
  script: '/usr/bin/curl -s -k https://localhost:6443/healthz -o /dev/null',
  interval: 20,
  timeout: 5,
  rise: 1,
  fall: 1,
  commented: false,
};

const KUBELET: ProfileCheck = {
  name: 'chk_kubelet_service',
  script: '/usr/bin/curl -s -k http://localhost:10248/healthz -o /dev/null',
  interval: 5,
  timeout: 5,
  rise: 1,
  fall: 1,
  commented: false,
};

const guideNode: Profile = {
  global_defs: [],
  checks: [{ ...API, commented: true }, KUBELET],
  tracked: ['#chk_api_service', 'chk_kubelet_service'],
  // As published. VRRP version 3, which IPv6 always uses, has no authentication and ignores it.
  auth_pass: 'cGFzc3dvcmQK',
  unicast_options: [],
  vip_options: '',
  notify: '# notify "/usr/local/bin/keepalived/api-ha-notify"',
};

const guideTemplate: Profile = {
  ...guideNode,
  global_defs: ['enable_script_security'],
  checks: [API, KUBELET],
  tracked: ['chk_api_service', '#chk_kubelet_service'],
  auth_pass: '',
  notify: '# notify "/opt/ocp/bin/keepalived/api-ha-notify"',
};

/** What VRRP takes to a VIP on its node beside the checks, and to look at it; kubelet's start is over. */
export const VRRP_SECONDS = 30;

/** For how long a ring may take to be whole, where the inventory says nothing else. */
export function gateSeconds(members: readonly Node[]): number {
  return Math.max(...members.map(({ vars }) => vars.keepalived_gate_seconds ?? ownSeconds(vars)));
}

/** Time for a check to be found failing, and then well again. */
function ownSeconds(vars: KeepalivedVars): number {
  const times = trackedChecks(vars).map(
    ({ interval, timeout, rise, fall }) => (rise + fall) * (interval + timeout),
  );
  return VRRP_SECONDS + Math.max(0, ...times);
}

/** Far enough apart for a check that fails to show: all its tries, and its last one's time. */
export function spacingSeconds(members: readonly Node[]): number {
  const times = members
    .flatMap(({ vars }) => trackedChecks(vars))
    .map(({ interval, fall, timeout }) => interval * fall + timeout);
  return Math.max(4, ...times);
}

import type { Read } from '#engine/model/read.ts';
import { sh } from '#engine/shell/quote.ts';

/** How a service of a host stands. */
export interface ServiceFact {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
}

/** Without systemctl there is no such service. */
export function serviceAt(unit: string): Read<ServiceFact> {
  return {
    key: `service ${unit}`,
    script: `command -v systemctl >/dev/null || exit 0
${sh`systemctl is-active ${unit} || :; systemctl is-enabled ${unit} || :`}`,
    parse: ({ stdout }) => {
      const [active = '', enabled = ''] = stdout.split('\n');
      return {
        isActive: active === 'active' || active === 'activating',
        isEnabled: enabled.startsWith('enabled'),
      };
    },
  };
}

import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';

/** A service of the host that is stopped and does not start with it; one that it does not know is. */
export function adopted(unit: string): Task {
  return task({
    title: `service ${unit} is taken over`,
    desired: { isActive: false, isEnabled: false },
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: ({ observed }) => [
      {
        kind: 'run',
        title: `stop and disable ${unit}`,
        script: sh`systemctl disable --now ${unit}`,
        undo: [
          ...(observed?.isEnabled === true ? [sh`systemctl enable ${unit}`] : []),
          ...(observed?.isActive === true ? [sh`systemctl start ${unit}`] : []),
        ].join(' && '),
      },
    ],
  });
}

interface ServiceFact {
  readonly isActive: boolean;
  readonly isEnabled: boolean;
}

/** Without systemctl there is no such service. */
function serviceAt(unit: string): Read<ServiceFact> {
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

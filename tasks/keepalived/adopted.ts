import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { type ServiceFact, serviceAt } from '#keepalived/reads/service.ts';
import { waitForNoPod } from './no-pod.ts';

const RECORDS = '/var/lib/rota/adopted-';

/** Where a host keeps how a service stood before it was taken over. */
function recordOf(unit: string): string {
  return `${RECORDS}${unit}`;
}

/** The service that a file of a host is the record of. */
export function unitOf(path: string): string | undefined {
  return path.startsWith(RECORDS) ? path.slice(RECORDS.length) : undefined;
}

/**
 * A service of the host that is stopped and does not start with it; one that it does not know is. How it
 * stood is a file, which tells a rollback of the run. `manifest` is that of the pod that comes instead.
 */
export function adopted(unit: string, manifest: string): Task {
  return task({
    title: `service ${unit} is taken over`,
    desired: { isActive: false, isEnabled: false },
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: ({ facts: { now } }) => [
      {
        kind: 'write',
        path: recordOf(unit),
        body: `active=${now.isActive} enabled=${now.isEnabled}\n`,
        mode: '0644',
        owner: 'root:root',
      },
      {
        kind: 'run',
        title: `stop and disable ${unit}`,
        script: sh`systemctl disable --now ${unit}`,
        undo: `${waitForNoPod(manifest)}\n${giveBack(unit, now)}`,
      },
    ],
  });
}

/** A service as it stood before it was taken over, by what its record says. */
export function givenBack(unit: string, record: string): Task {
  const was = { isActive: /\bactive=true/.test(record), isEnabled: /\benabled=true/.test(record) };
  return task({
    title: `service ${unit} is given back`,
    desired: was,
    reads: { now: serviceAt(unit) },
    inspect: ({ now }) => now,
    apply: () => [
      {
        kind: 'run',
        title: `enable and start ${unit}`,
        script: giveBack(unit, was),
        undo: sh`systemctl disable --now ${unit}`,
      },
    ],
  });
}

function giveBack(unit: string, { isActive, isEnabled }: ServiceFact): string {
  return [
    ...(isEnabled ? [sh`systemctl enable ${unit}`] : []),
    ...(isActive ? [sh`systemctl start ${unit}`] : []),
  ].join(' && ');
}

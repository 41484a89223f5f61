import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import type { Rollout } from '#engine/model/playbook.ts';
import type { RunEvent } from '#engine/run/events.ts';
import { file } from '#tasks/files/file.ts';
import { book, runOn, TemporaryHost } from '../run/temporary-host.ts';

let host: TemporaryHost;
beforeEach(() => {
  host = new TemporaryHost('node1');
});
afterEach(() => host.remove());

const changing = (rollout: Omit<Rollout<unknown>, 'serial'>) =>
  book({
    tasks: () => [file({ path: host.path('file'), body: 'new\n', owner: 'root:root' })],
    rollout: { serial: 1, ...rollout },
  });

const check = (more: Partial<Check>): Check => ({
  ...{ title: 'all is well', spacingMs: 1, deadlineMs: 1, patienceMs: 1 },
  ...{ readsFor: () => ({}), judge: () => [] },
  ...more,
});

/** As a function of a playbook fails that is guarded. */
function mistaken(): never {
  const output = 'TypeError: x is not a function';
  throw new Failure('The playbook has a mistake', { where: 'own.ts:5:3', output, fix: 'Mend it.' });
}

const told = (events: readonly RunEvent[]) =>
  events.flatMap((event) => {
    if (event.type === 'checkPassed') return [event.notes];
    return event.type === 'checkFailed' ? [[event.failure.message, ...event.explanation]] : [];
  });

test('whether a ring is whole nobody knows where what judges it fails itself', async () => {
  const ready = () => check({ judge: mistaken });
  const before = await runOn([host], changing({ ready }));
  const ill = () => [{ what: 'it', expected: 'well', seen: 'ill' }];
  let judged = 0;
  const later = check({ judge: () => (judged++ < 2 ? [] : mistaken()) });
  const after = await runOn(
    [host],
    changing({ ready: () => later, gate: () => check({ judge: ill }) }),
  );
  expect(
    [before, after].map(({ result }) => result.failures.map(({ message, fix }) => [message, fix])),
  ).toMatchInlineSnapshot(`
    [
      [
        [
          "The playbook has a mistake",
          "Mend it.",
        ],
        [
          "Nobody knows whether the ring is whole, so nothing of it was changed",
          "Mend it.",
        ],
      ],
      [
        [
          "Not so: all is well. it: expected well, seen ill",
          undefined,
        ],
        [
          "The playbook has a mistake",
          "Mend it.",
        ],
        [
          "The host was undone, and nobody knows whether the ring is whole",
          "Mend what is named above; npm run verify -- INVENTORY tells when the ring is whole.",
        ],
      ],
    ]
  `);
});

test('what explains a check, and what it notes, decides nothing: where it fails, that is said', async () => {
  const gate = () => check({ notes: mistaken });
  const kept = await runOn([host], changing({ gate }));
  expect(existsSync(host.path('file'))).toBe(true);
  const ill = () => [{ what: 'it', expected: 'well', seen: 'ill' }];
  const explain = () => {
    throw new TypeError('y is undefined');
  };
  const verify = await runOn([host], book({ verify: () => [check({ judge: ill, explain })] }));
  expect([kept, verify].map(({ events }) => told(events))).toMatchInlineSnapshot(`
    [
      [
        [
          "no notes: own.ts:5:3: TypeError: x is not a function",
        ],
      ],
      [
        [
          "Not so: all is well. it: expected well, seen ill",
          "no explanation: TypeError: y is undefined",
        ],
      ],
    ]
  `);
});

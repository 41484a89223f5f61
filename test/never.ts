import type { Check } from '#engine/model/check.ts';

/** A gate that never holds, so that what was done before it is undone. */
export const NEVER: Check = {
  title: 'never',
  spacingMs: 1,
  deadlineMs: 1,
  patienceMs: 1,
  readsFor: () => ({}),
  judge: () => [{ what: 'it', expected: 'well', seen: 'ill' }],
};

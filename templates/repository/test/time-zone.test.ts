import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeZone } from '../tasks/time-zone.ts';

test('a host without a time zone gets its link', () => {
  assert.deepEqual(timeZone('Europe/Berlin').fresh(), [
    {
      kind: 'run',
      title: 'set Europe/Berlin',
      script: 'ln -sfn /usr/share/zoneinfo/Europe/Berlin /etc/localtime',
    },
  ]);
});

import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { configurationLoaded } from '#tasks/keepalived/configuration-loaded.ts';

const configuration = 'vrrp_instance VI_1 {\n}\n';
const task = configurationLoaded({ path: '/k', configuration, manifest: '/m', mount: 'directory' });

function fieldsWhere(isLoaded: boolean) {
  const fact = { running: 1, others: [], pod: '', configuration, isLoaded };
  const answer = { fact, status: 0, bytes: Buffer.of() };
  return task.plan(new Answers(new Map([[keepalivedProcess.key, answer]]))).fields;
}

test('what keepalived has read and does not run with is still to be loaded', () => {
  expect(fieldsWhere(true)).toEqual([]);
  expect(fieldsWhere(false)).toMatchInlineSnapshot(`
    [
      {
        "after": "bb8bad080305",
        "before": "another than the one that it has read",
        "name": "configuration",
      },
    ]
  `);
});

import { afterAll, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const desk = new Desk();
afterAll(() => desk.remove());

/** What a command prints with --json, which is one object, and nothing beside it. */
function answer(...args: readonly string[]) {
  const { status, stdout, stderr } = desk.rota(...args, '--json');
  expect(stderr).toBe('');
  return { status, ...JSON.parse(stdout) };
}

const HOSTS =
  'all: {hosts: {n1: {ansible_host: 10.0.0.1, ansible_port: 22, size: 9007199254740993}}}\n';

test('lint says as JSON what it found, and what is wrong', () => {
  expect(answer('lint', 'inventory/prod.yaml')).toMatchInlineSnapshot(`
    {
      "errors": [],
      "hosts": [
        "controller1.example.com",
        "controller2.example.com",
        "controller3.example.com",
      ],
      "inventory": [
        "inventory/prod.yaml",
      ],
      "playbook": "deploy",
      "status": 0,
      "warnings": [],
    }
  `);
  expect(
    answer('lint', desk.write('wrong.yaml', 'all: {host: {}, vars: [a]}')),
  ).toMatchInlineSnapshot(`
    {
      "errors": [
        {
          "fix": "Did you mean hosts?",
          "kind": "failed",
          "what": "The key host has no place in a group",
          "where": "DESK/wrong.yaml:1:7",
        },
        {
          "fix": "Write name: value on each line; this is a list.",
          "kind": "failed",
          "what": "The vars of a group are not a mapping",
          "where": "DESK/wrong.yaml:1:23",
        },
      ],
      "status": 1,
    }
  `);
});

test('an inventory is shown as JSON', () => {
  const inventory = desk.write('hosts.yaml', HOSTS);
  expect(answer('inventory', inventory)).toMatchInlineSnapshot(`
    {
      "groups": [
        "all",
        "ungrouped",
      ],
      "hosts": [
        {
          "address": "10.0.0.1",
          "at": "DESK/hosts.yaml:1:15",
          "groups": [
            "ungrouped",
          ],
          "host": "n1",
          "port": 22,
          "transport": "ssh",
        },
      ],
      "inventory": [
        "DESK/hosts.yaml",
      ],
      "status": 0,
    }
  `);
  expect(answer('inventory', inventory, '--explain', 'n1', 'size')).toMatchInlineSnapshot(`
    {
      "groups": [
        "all",
        "ungrouped",
      ],
      "host": "n1",
      "status": 0,
      "variables": [
        {
          "name": "size",
          "set": [
            {
              "at": "DESK/hosts.yaml:1:62",
              "from": "host n1",
              "written": "9007199254740993",
            },
          ],
          "value": "9007199254740993",
        },
      ],
    }
  `);
});

test('a saved plan is shown as JSON, without the secrets in it', () => {
  const plan = desk.path('plan.json');
  const run = ['run', 'test/fixtures/plan/playbook.ts', desk.inventory()];
  expect(desk.rota(...run, '--plan-out', plan).status).toBe(2);
  const { id, created, by, rota, ...shown } = answer('show', plan);
  expect([typeof id, typeof created, typeof by, Object.keys(rota)]).toEqual([
    ...['string', 'string', 'object'],
    ['version', 'node'],
  ]);
  expect(shown).toMatchInlineSnapshot(`
    {
      "hosts": [
        {
          "host": "node1",
          "stages": [
            [],
            [
              {
                "fields": [
                  {
                    "after": "file",
                    "name": "type",
                  },
                  {
                    "after": "0644",
                    "name": "mode",
                  },
                  {
                    "after": "root:root",
                    "name": "owner",
                  },
                  {
                    "after": "new
    ",
                    "name": "content",
                  },
                ],
                "title": "DESK/plain",
              },
              {
                "fields": [
                  {
                    "after": "file",
                    "name": "type",
                  },
                  {
                    "after": "0644",
                    "name": "mode",
                  },
                  {
                    "after": "root:root",
                    "name": "owner",
                  },
                  {
                    "after": "••••••",
                    "name": "content",
                  },
                ],
                "title": "DESK/secret",
              },
              {
                "fields": [
                  {
                    "after": "••••••",
                    "name": "password",
                  },
                ],
                "title": "short secret",
              },
              {
                "fields": [
                  {
                    "after": "file",
                    "name": "type",
                  },
                  {
                    "after": "0644",
                    "name": "mode",
                  },
                  {
                    "after": "root:root",
                    "name": "owner",
                  },
                  {
                    "after": {
                      "pending": "image@DIGEST
    ",
                      "reason": "until it is built",
                    },
                    "name": "content",
                  },
                ],
                "title": "DESK/later",
              },
            ],
          ],
        },
      ],
      "inventory": [
        "DESK/inventory.yaml",
      ],
      "playbook": {
        "command": "run",
        "name": "plan-fixture",
        "path": "test/fixtures/plan/playbook.ts",
      },
      "rollout": {
        "allowOutage": false,
        "bootstrap": false,
        "carryOn": false,
        "maxFail": {
          "hosts": 0,
        },
        "repair": false,
        "takeOver": [],
        "watch": true,
      },
      "status": 0,
      "targets": [
        "node1",
      ],
    }
  `);
  expect(answer('show', desk.path('none.json'))).toMatchInlineSnapshot(`
    {
      "errors": [
        {
          "fix": "Save a new one: npm run deploy -- INVENTORY --plan-out FILE",
          "kind": "failed",
          "what": "The plan file is not there",
          "where": "DESK/none.json",
        },
      ],
      "status": 1,
    }
  `);
});

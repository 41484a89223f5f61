import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Failure, failuresOf } from '#engine/model/failure.ts';
import { readPlan, writePlan } from '#engine/plan/plan-file.ts';
import type { SavedPlan } from '#engine/plan/saved-plan.ts';
import { apply } from '../../cli/commands/apply.ts';
import { Desk } from './rota.ts';

const PLAYBOOK = 'test/fixtures/plan/playbook.ts';
let desk: Desk;
let inventory: string;
let plan: string;
let dry: ReturnType<Desk['rota']>;
let whole: string;
let key: string;

beforeAll(() => {
  desk = new Desk();
  desk.write('plain', 'old\n');
  desk.write('secret', 'password=canary-of-yesterday\n');
  desk.write('short', 'canary-of-yesterday');
  inventory = desk.inventory();
  plan = desk.path('plan.json');
  process.env['XDG_STATE_HOME'] = desk.path('state');
  dry = save();
  whole = readFileSync(plan, 'utf8');
  key = readFileSync(desk.path('state/rota/plan-key'), 'utf8');
});
afterEach(() => {
  writeFileSync(plan, whole);
  desk.write('state/rota/plan-key', key);
  desk.inventory();
});
afterAll(() => {
  delete process.env['XDG_STATE_HOME'];
  desk.remove();
});

function save() {
  return desk.rota('run', PLAYBOOK, inventory, '--plan-out', plan);
}

/** Edits the plan as its user could, who has the key. */
function edit(change: (saved: SavedPlan) => SavedPlan): void {
  const { plan: saved } = readPlan(whole, plan);
  writeFileSync(plan, writePlan(change(saved), Buffer.from(key.trim(), 'hex')));
}

/** The changes as they are printed: from the head of the host to the last of its lines. */
function changesIn(stdout: string): string | undefined {
  return /^node1 {2}\d to change.*?\+image@DIGEST$/ms.exec(stdout)?.[0];
}

test('--plan-out is a dry run, saved for its user alone; show prints what it printed', () => {
  expect([dry.status, dry.stderr]).toEqual([2, '']);
  expect(readFileSync(desk.path('plain'), 'utf8')).toBe('old\n');
  expect(statSync(plan).mode & 0o777).toBe(0o600);
  expect(statSync(desk.path('state/rota/plan-key')).mode & 0o777).toBe(0o600);
  const shown = desk.rota('show', plan);
  expect([shown.status, shown.stderr]).toEqual([0, '']);
  expect(changesIn(dry.stdout)).toContain('content: changed, secret');
  expect(changesIn(shown.stdout)).toBe(changesIn(dry.stdout));
  const head = shown.stdout.slice(0, shown.stdout.indexOf('\n\n'));
  const same = head
    .replace(/rota {2}.*/, 'rota  VERSION')
    .replace(/\d{4}-.*Z, .* ago, by .*/, 'WHEN');
  expect(same.replace(/[0-9a-f]{16}/, 'ID')).toMatchInlineSnapshot(`
    "Plan of plan-fixture for DESK/inventory.yaml
      made      WHEN
      playbook  test/fixtures/plan/playbook.ts
      rota  VERSION
      plan      ID"
  `);
});

test('a secret is in no plan, and in nothing that is printed', () => {
  for (const text of [whole, dry.stdout, desk.rota('show', plan).stdout])
    expect(text).not.toContain('canary');
});

test('no plan is saved where the dry run failed', () => {
  rmSync(plan);
  desk.inventory({ folder: '/dev/null' });
  const run = save();
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('The plan was not saved, since the dry run has failed');
  expect(existsSync(plan)).toBe(false);
});

test('a playbook with a script cannot be saved', () => {
  const run = desk.rota('run', 'playbooks/motd.ts', inventory, '--plan-out', plan);
  expect([run.status, run.stdout]).toEqual([1, '']);
  expect(run.stderr).toContain('A playbook with a script cannot be saved as a plan');
});

describe('apply refuses', () => {
  const refusals: readonly (readonly [string, () => void, string])[] = [
    ['a plan that is not there', () => rmSync(plan), 'The plan file is not there'],
    ['garbage', () => writeFileSync(plan, '\u001b[2J{'), 'The file is no saved plan'],
    [
      'an edited plan',
      () => writeFileSync(plan, readFileSync(plan, 'utf8').replace('new', 'odd')),
      'The plan was changed after it was saved',
    ],
    [
      'a plan that was sealed with another key',
      () => rmSync(desk.path('state/rota/plan-key')),
      'The plan was not saved by this user on this machine',
    ],
    [
      'one that is too old',
      () => edit((saved) => ({ ...saved, created: '2020-01-01T00:00:00.000Z' })),
      'The plan is too old',
    ],
    [
      'one of another rota',
      () => edit((saved) => ({ ...saved, rota: { ...saved.rota, version: '0.0.9' } })),
      'The plan was saved by another rota, or the playbook was changed since',
    ],
    [
      'one of a playbook that was changed since',
      () => edit((saved) => ({ ...saved, rota: { ...saved.rota, code: 'f00' } })),
      'The plan was saved by another rota, or the playbook was changed since',
    ],
    [
      'a changed inventory',
      () => desk.inventory({ text: 'other' }),
      'The inventory was changed after the plan was saved',
    ],
    [
      'another secret in the inventory',
      () => desk.inventory({ password: 'canary-8' }),
      'The inventory was changed after the plan was saved',
    ],
  ];

  /** The failures that apply ends with. */
  async function refused(): Promise<readonly Failure[]> {
    return await apply(plan, { maxAge: 86_400_000 }).then(() => [], failuresOf);
  }

  test.for(refusals)('%s', async ([, spoil, what]) => {
    spoil();
    const failures = await refused();
    expect(failures).toHaveLength(1);
    expect(failures[0]?.message).toContain(what);
    expect(failures[0]?.fix).toBeTruthy();
  });

  test('all that is wrong at once', async () => {
    edit((saved) => ({
      ...saved,
      created: '2020-01-01T00:00:00.000Z',
      rota: { ...saved.rota, code: 'f00' },
    }));
    expect(await refused()).toHaveLength(2);
  });

  test('on the command line', () => {
    writeFileSync(plan, '\u001b[2J{');
    const run = desk.rota('apply', plan);
    expect([run.status, run.stdout]).toEqual([1, '']);
    expect(run.stderr).toMatchInlineSnapshot(`
      "✖ The file is no saved plan, or only a part of one
        where  DESK/plan.json
        fix    Save a new one: npm run deploy -- INVENTORY --plan-out FILE
      "
    `);
  });
});

test('comments and places in an inventory are no change of it', () => {
  writeFileSync(inventory, `# more\n\n${readFileSync(inventory, 'utf8')}`);
  desk.write('plain', 'odd\n');
  // So far that it looks at the host: which has changed.
  expect(desk.rota('apply', plan).status).toBe(3);
});

test('a plan of variables of -e and flags for connections needs the same ones again', () => {
  const extra = ['-e', 'text=extra', '--become', '--transport', 'openssh'];
  const saved = desk.rota('run', PLAYBOOK, inventory, ...extra, '--plan-out', plan);
  expect(saved.stdout).toContain(
    'npm run apply -- DESK/plan.json, with the same -e, -b, --transport after it',
  );
  expect(desk.rota('apply', plan, '-e', 'text=other').stderr).toContain(
    'Give the same -e, -b and other flags for connections, if there were any.',
  );
  desk.write('plain', 'moved\n');
  expect(desk.rota('apply', plan, ...extra).status).toBe(3);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { Desk } from './rota.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

test('a misspelt variable of a playbook is refused with its place, also without a strict schema', () => {
  const inventory = desk.inventory({ motd_txt: 'hello' });
  const { status, stderr } = desk.rota('run', 'playbooks/motd.ts', inventory, '--list-hosts');
  expect(`\n${status}\n${stderr}`).toMatchInlineSnapshot(`
    "
    1
    ✖ The variable motd_txt is unknown
      where  DESK/inventory.yaml:8:7
      fix    Did you mean motd_text?
    "
  `);
});

test('a playbook may have no variables, and then has none under its prefixes', () => {
  const playbook = 'test/fixtures/choosing/without-variables.ts';
  const run = (variables: Readonly<Record<string, string>>) =>
    desk.rota('run', playbook, desk.inventory(variables), '--list-hosts');
  expect(run({}).status).toBe(0);
  expect(run({ bare_a: '1' }).stderr).toMatchInlineSnapshot(`
    "✖ The variable bare_a is unknown
      where  DESK/inventory.yaml:8:7
      fix    Remove it, or rename it: the prefix is the playbook's.
    "
  `);
});

import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const desk = new Desk();
afterAll(() => desk.remove());

/** What lint says. Every place is a file, a line and a column, and nothing is a stack trace. */
function lint(...edits: readonly (readonly [string, string])[]): string {
  const text = readFileSync('inventory/lab.yaml', 'utf8');
  const edited = edits.reduce((before, [what, by]) => before.replace(what, by), text);
  const run = desk.rota('lint', desk.write('inventory.yaml', edited));
  expect([run.status, run.stdout]).toEqual([1, '']);
  const wheres = [...run.stderr.matchAll(/^ {2}where {2}(.*)$/gm)].map(([, where]) => where);
  for (const where of wheres) expect(where).toMatch(/\.yaml:\d+:\d+$/);
  return run.stderr.trimEnd();
}

test('an unknown key in its structure', () => {
  expect(lint(['controllers:\n      hosts:', 'controllers:\n      host:'])).toMatchInlineSnapshot(`
    "✖ The key host has no place in a group
      where  DESK/inventory.yaml:6:7
      fix    Did you mean hosts?"
  `);
});

test('a group with another name is put below the one that the playbook is for', () => {
  const text = readFileSync('inventory/lab.yaml', 'utf8');
  const own = desk.write('own.yaml', text.replace('controllers:', 'kube_control_plane:'));
  expect(desk.rota('lint', own).stderr).toMatchInlineSnapshot(`
    "✖ The inventory has no group controllers
      where  DESK/own.yaml
      fix    Put your own group below it, here or in one more file that -i names: controllers: {children: {kube_control_plane: }}. Groups: kube_control_plane.
    "
  `);
  const map = desk.write('map.yaml', 'controllers: {children: {kube_control_plane: }}\n');
  expect(desk.rota('lint', own, '-i', map).status).toBe(0);
  expect(
    desk.rota('lint', desk.write('none.yaml', 'all: {hosts: {n1: }}')).stderr,
  ).toMatchInlineSnapshot(`
    "✖ The inventory has no group controllers
      where  DESK/none.yaml
      fix    Put the hosts that the playbook is for into it: controllers: {hosts: {NAME: }}
    "
  `);
});

test('a MAC that is none', () => {
  expect(lint(['90:b1:1c:26:6a:a2', '90:b1:1c:26:6a'])).toMatchInlineSnapshot(`
    "✖ The value of vrrp_mac is wrong
      where  DESK/inventory.yaml:9:21
      fix    not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2."
  `);
});

test('two nodes with one MAC', () => {
  expect(lint(['54:9f:35:09:8e:ac', '90:b1:1c:26:6a:a2'])).toMatchInlineSnapshot(`
    "✖ Two nodes have the same MAC address
      where  DESK/inventory.yaml:12:21
      fix    node1 (DESK/inventory.yaml:9:21) has it too: give each node that of its own card."
  `);
});

test('a VIP outside the prefix, one twice, and one that is a node’s address', () => {
  const vips = '["fd02:9a01::1", "fd02:9a01::1", "fd99::7", "fd02:9a01::90b1:1c26:6aa2"]';
  expect(lint(['vrrp_vips: 3', `vrrp_vips: ${vips}`])).toMatchInlineSnapshot(`
    "✖ A VIP is there twice
      where  DESK/inventory.yaml:23:37
      fix    Take one of the two out of vrrp_vips.

    ✖ A VIP is not in the network of the node
      where  DESK/inventory.yaml:23:53
      fix    Use addresses of fd02:9a01::/64.

    ✖ A VIP is the address of a node
      where  DESK/inventory.yaml:23:64
      fix    node1 (DESK/inventory.yaml:9:21) has it: use another VIP."
  `);
});

test('router ids that VRRP has not', () => {
  const ids = 'vrrp_vips: 3\n        vrrp_router_ids: [0, 256, 30]';
  expect(lint(['vrrp_vips: 3', ids])).toMatchInlineSnapshot(`
    "✖ The value of vrrp_router_ids[0] is wrong
      where  DESK/inventory.yaml:24:27
      fix    not a router id: expected a whole number from 1 to 255.

    ✖ The value of vrrp_router_ids[1] is wrong
      where  DESK/inventory.yaml:24:30
      fix    not a router id: expected a whole number from 1 to 255."
  `);
});

test('a priority that is the address owner’s', () => {
  const ladder = 'vrrp_vips: 3\n        vrrp_ladder: [255, 150, 50]';
  expect(lint(['vrrp_vips: 3', ladder])).toMatchInlineSnapshot(`
    "✖ The value of vrrp_ladder[0] is wrong
      where  DESK/inventory.yaml:24:23
      fix    not a priority: expected a whole number from 1 to 254."
  `);
});

test('three errors of different kinds, all said at once', () => {
  const said = lint(
    ['90:b1:1c:26:6a:a2', '90:b1:1c:26:6a'],
    ['vrrp_vips: 3', 'vrrp_vipz: 3'],
    ['vrrp_fabric_id: 666', 'vrrp_fabric_id: 65536'],
  );
  expect(said).toMatchInlineSnapshot(`
    "✖ The value of vrrp_mac is wrong
      where  DESK/inventory.yaml:9:21
      fix    not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2.

    ✖ The value of vrrp_fabric_id is wrong
      where  DESK/inventory.yaml:21:25
      fix    not a fabric id: expected a whole number from 1 to 65535.

    ✖ The variable vrrp_vipz is unknown
      where  DESK/inventory.yaml:23:9
      fix    Did you mean vrrp_vips?"
  `);
});

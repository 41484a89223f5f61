import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const HOSTS = ['--host', 'a=192.0.2.1,52:54:00:12:34:56', '--host', 'b=b,54:9f:35:09:8e:ac'];
const RING = [...HOSTS, '--fabric-id', '666', '--virt', '1', '--image-registry', 'registry:5000'];
let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

test('flags make an inventory that lints, for IPv6 and IPv4, and is not written over', () => {
  const file = desk.path('ring.yaml');
  const vips = ['--vips', 'fd02:9a01::10,192.0.2.101'];
  const hosts = HOSTS.map((flag, index) =>
    flag.startsWith('--') ? flag : `${flag},192.0.2.${index}`,
  );
  expect(desk.rota('init', file, ...RING.slice(4), ...hosts, ...vips)).toEqual({
    status: 0,
    stdout:
      'Wrote DESK/ring.yaml, a ring of 2 hosts. What it would do:\nnpm run deploy -- DESK/ring.yaml --dry-run\n',
    stderr: '',
  });
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=file:\/\/\/.*\/inventory\.schema\.json\n/,
  );
  expect(desk.rota('lint', file).stdout).toBe(
    'No errors in DESK/ring.yaml (2 hosts, 0 warnings)\n',
  );
  expect(desk.rota('init', file, ...RING)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('✖ The file is there already'),
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(desk.rota('init', file, ...RING, '--force').status).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toBe(text);
});

test('it names all that is missing or wrong in the flags, and writes nothing', () => {
  expect(desk.rota('init', '-', '--host', 'a').stderr).toMatchInlineSnapshot(`
    "✖ The variable vrrp_mac is missing
      where  -:9:9
      fix    Set it for a. missing vrrp_mac: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address.

    ✖ The variable vrrp_fabric_id is missing
      where  -:9:9
      fix    Set it for a. missing vrrp_fabric_id: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address.

    ✖ The variable vrrp_virt is missing
      where  -:9:9
      fix    Set it for a. missing vrrp_virt: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.
    "
  `);
  const bad = '--host a=1,zz --host b[1:2]=b --vips fd00::zz --fabric-id 0 --virt 1'.split(' ');
  expect(desk.rota('init', desk.path('x'), ...bad)).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ The value of vrrp_mac is wrong
      where  DESK/x:13:21
      fix    not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2.

    ✖ The variable vrrp_mac is missing
      where  DESK/x:14:9
      fix    Set it for b1 and b2. missing vrrp_mac: the address of a node is made from vrrp_mac, vrrp_fabric_id, vrrp_virt, or set vrrp_address.

    ✖ The value of vrrp_vips[0] is wrong
      where  DESK/x:22:21
      fix    not an IPv6 address: expected one such as fd02:9a01::1.

    ✖ The value of vrrp_fabric_id is wrong
      where  DESK/x:25:25
      fix    not a fabric id: expected a whole number from 1 to 65535.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.
    ",
      "stdout": "",
    }
  `);
  expect(existsSync(desk.path('x'))).toBe(false);
});

test('a host has a name of its own', () => {
  const twice = [...RING, '--host', 'a=192.0.2.9,54:9f:35:09:8e:ad'];
  expect(desk.rota('init', '-', ...twice).stderr).toMatchInlineSnapshot(`
    "✖ A host cannot be called so
      where  --host a
      fix    Give each host a name of its own, without a range.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.
    "
  `);
  const range = [...RING.slice(2), '--host', 'n[1:2]=n,54:9f:35:09:8e:ad', '--vips', '1'];
  expect(desk.rota('init', '-', ...range).stderr).toMatchInlineSnapshot(`
    "✖ Two nodes have the same MAC address
      where  -:15:21
      fix    n1 (-:15:21) has it too: give each node that of its own card.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.
    "
  `);
});

test('what does not fit together is refused as lint refuses it, with nothing written', () => {
  const same = RING.map((flag) => flag.replace('54:9f:35:09:8e:ac', '52:54:00:12:34:56'));
  expect(desk.rota('init', desk.path('ring.yaml'), ...same)).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ Two nodes have the same MAC address
      where  DESK/ring.yaml:15:21
      fix    a (DESK/ring.yaml:13:21) has it too: give each node that of its own card.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags; rota init --help says what each is. The places above are those of the file that would have been written.
    ",
      "stdout": "",
    }
  `);
  expect(existsSync(desk.path('ring.yaml'))).toBe(false);
});

test('without a host it writes an example, which lints', () => {
  const file = desk.path('new/ring.yaml');
  expect(desk.rota('init', file).stdout).toBe(
    'Wrote DESK/new/ring.yaml, an example to put your own values into. What it would do:\nnpm run deploy -- DESK/new/ring.yaml --dry-run\n',
  );
  expect(desk.rota('lint', file)).toMatchObject({ status: 0, stderr: '' });
});

test('- prints what would be written', () => {
  const printed = desk.rota('init', '-', ...RING);
  desk.rota('init', desk.path('ring.yaml'), ...RING);
  const [, ...lines] = readFileSync(desk.path('ring.yaml'), 'utf8').split('\n');
  expect(printed.stdout.split('\n').slice(1)).toEqual(lines);
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { selectHosts } from '#lib/ansible-inventory/groups/patterns.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { load } from '../inventory-folder.ts';

const FOLDER = 'test/fixtures/patterns';
const inventory = await loadInventory([`${FOLDER}/inventory.yaml`]);
// What ansible-core 2.14.18 selects, in its order.
const GOLDENS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(`${FOLDER}/goldens.json`, 'utf8'),
);

function namesOf(pattern: string): string {
  const { hosts, warnings } = selectHosts(inventory, pattern);
  expect(warnings).toEqual([]);
  return hosts.map(({ name }) => name).join(' ');
}

function complaint(pattern: string): readonly string[] {
  try {
    selectHosts(inventory, pattern);
  } catch (error) {
    return failuresOf(error).map(({ where, message, fix }) => `${where}: ${message}. ${fix}`);
  }
  throw new Error(`${pattern} was selected`);
}

test('patterns select the hosts that Ansible selects', () => {
  const selected = Object.keys(GOLDENS).map((pattern) => [pattern, namesOf(pattern)]);
  expect(Object.fromEntries(selected)).toEqual(GOLDENS);
});

test('an IPv6 address needs no comma beside it', () => {
  expect(namesOf('2001:db8::1 n01')).toBe('2001:db8::1 n01');
  expect(namesOf('ungrouped !2001:db8::1')).toBe('bastion');
});

test('slices are as they are documented, and it is said where Ansible reads them otherwise', () => {
  const select = (pattern: string) => {
    const { hosts, warnings } = selectHosts(inventory, pattern);
    return [
      hosts.map(({ name }) => name).join(' '),
      ...warnings.map(({ where, message, fix }) => `${where}: ${message}. ${fix}`),
    ];
  };
  expect(
    ['storage[:1]', 'storage[-2:-1]', 'storage[1:0]', 'storage[0:-2]'].map(select),
  ).toMatchInlineSnapshot(`
    [
      [
        "osd-a osd-b",
        "pattern storage[:1]: Ansible reads storage[:1] otherwise than its documentation: as a set of characters. Here it is osd-a and osd-b. Both read positions such as [0:2] and [1:] alike.",
      ],
      [
        "osd-b osd-c",
        "pattern storage[-2:-1]: Ansible reads storage[-2:-1] otherwise than its documentation: as a set of characters. Here it is osd-b and osd-c. Both read positions such as [0:2] and [1:] alike.",
      ],
      [
        "",
        "pattern storage[1:0]: Ansible reads storage[1:0] otherwise than its documentation: as [1]. Here it is no host. Both read positions such as [0:2] and [1:] alike.",
      ],
      [
        "osd-a osd-b",
        "pattern storage[0:-2]: Ansible reads storage[0:-2] otherwise than its documentation: as a set of characters. Here it is osd-a and osd-b. Both read positions such as [0:2] and [1:] alike.",
      ],
    ]
  `);
});

test('a name that matches nothing is a failure with the name that was meant, each at once', () => {
  expect(
    ['rakc1:!sotrage', 'RACK1', 'nothing', 'edge', 'rack1:&nope'].map(complaint),
  ).toMatchInlineSnapshot(`
    [
      [
        "pattern rakc1:!sotrage: Nothing is called rakc1. Did you mean rack1?",
        "pattern rakc1:!sotrage: Nothing is called sotrage. Did you mean storage?",
      ],
      [
        "pattern RACK1: Nothing is called RACK1. Did you mean rack1?",
      ],
      [
        "pattern nothing: Nothing is called nothing. Groups: all, ungrouped, rack1, rack2, storage, racks, spare and n-series.",
      ],
      [
        "pattern edge: Nothing is called edge. Did you mean edge.example.org?",
      ],
      [
        "pattern rack1:&nope: Nothing is called nope. Groups: all, ungrouped, rack1, rack2, storage, racks, spare and n-series.",
      ],
    ]
  `);
});

test('what is no pattern is refused', () => {
  const patterns = ['', ' , ', 'rack1[4]', 'spare[0]', 'n0[1', '[z-a]', '~(n', '~n{1,2}', '@file'];
  expect(patterns.map(complaint)).toMatchInlineSnapshot(`
    [
      [
        "pattern : The pattern is empty. Write all for every host.",
      ],
      [
        "pattern  , : The pattern is empty. Write all for every host.",
      ],
      [
        "pattern rack1[4]: There is no host at rack1[4]. rack1 has 4 hosts, at 0 to 3.",
      ],
      [
        "pattern spare[0]: There is no host at spare[0]. spare has no hosts.",
      ],
      [
        "pattern n0[1: A bracket has no partner. Close it, or separate the parts of the pattern with commas.",
      ],
      [
        "pattern [z-a]: Nothing is called [z-a]. Groups: all, ungrouped, rack1, rack2, storage, racks, spare and n-series.",
      ],
      [
        "pattern ~(n: The regular expression ~(n is not understood. Use what Python and JavaScript share. A comma, and without one a colon, ends an expression.",
      ],
      [
        "pattern ~n{1,2}: The regular expression ~n{1 is not understood. Use what Python and JavaScript share. A comma, and without one a colon, ends an expression.",
        "pattern ~n{1,2}: Nothing is called 2}. Groups: all, ungrouped, rack1, rack2, storage, racks, spare and n-series.",
      ],
      [
        "pattern @file: Nothing is called @file. @FILE is for --limit, and takes no sign.",
      ],
    ]
  `);
});

test('an expression that would take years is refused, and many stars take no time', async () => {
  const long = await load(`all: {hosts: {${'a'.repeat(60)}: }}`);
  expect(() => selectHosts(long, '~(a|a)*b')).toThrow(
    'The regular expression ~(a|a)*b takes too long',
  );
  expect(() => selectHosts(long, `${'*a'.repeat(40)}*b`)).toThrow('Nothing is called *a*a');
});

test('many names that match nothing are one failure, which names a few', () => {
  const names = Array.from({ length: 3000 }, (_, index) => `gone${index}`);
  expect(complaint(names.join(','))).toMatchInlineSnapshot(`
    [
      "pattern gone0,gone1,gone2,gone3,gone4,gone5,gone6,gone7,gone8,gone9,gone10,gone11,gone12,gone13,gone14,gone1…: Nothing is called gone0, gone1, gone2, gone3 and 2996 more. See what there is: rota inventory INVENTORY --graph",
    ]
  `);
});

test('no name of a pattern is tried against every host', () => {
  let reads = 0;
  const hosts = inventory.hosts.map((host) => ({
    ...host,
    get name() {
      reads += 1;
      return host.name;
    },
  }));
  const readsFor = (names: readonly string[]) => {
    reads = 0;
    expect(() => selectHosts({ ...inventory, hosts }, names.join())).toThrow('Nothing is called');
    return reads;
  };
  const gone = (count: number) => Array.from({ length: count }, (_, index) => `gone.${index}`);
  expect(readsFor(gone(600))).toBe(readsFor(gone(6)));
});

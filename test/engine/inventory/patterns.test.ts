import { expect, test } from 'vitest';
import { selectHosts } from '#engine/inventory/patterns.ts';
import { failuresOf } from '#engine/model/failure.ts';
import { load } from './inventory-folder.ts';

const TEXT = `all:
  children:
    web: {hosts: {web1: , web2: , web3: , "10.0.0.5": }}
    db: {hosts: {db1.example.com: , db2.example.com: , web1: }}
    webdb: {children: {web: , db: }}
    empty:
  hosts: {solo: , "2001:db8::1": }
`;

// What `ansible PATTERN --list-hosts` of ansible-core 2.14.18 prints, in its order.
test.for([
  ['all', 'solo 2001:db8::1 web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['*', 'solo 2001:db8::1 web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['web', 'web1 web2 web3 10.0.0.5'],
  ['web:db', 'web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['web,db', 'web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['web:&db', 'web1'],
  ['web:!db', 'web2 web3 10.0.0.5'],
  ['!db', 'solo 2001:db8::1 web2 web3 10.0.0.5'],
  ['&web', 'web1 web2 web3 10.0.0.5'],
  ['!web:&db', 'db1.example.com db2.example.com'],
  ['web !db', 'web2 web3 10.0.0.5'],
  [' web , solo', 'web1 web2 web3 10.0.0.5 solo'],
  ['web*', 'web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['web?', 'web1 web2 web3'],
  ['*.example.com', 'db1.example.com db2.example.com'],
  ['db[12].example.com', 'db1.example.com db2.example.com'],
  ['db[!1].example.com', 'db2.example.com'],
  ['10.0.*', '10.0.0.5'],
  ['ungr*', 'solo 2001:db8::1'],
  ['al*', 'solo 2001:db8::1 web1 web2 web3 10.0.0.5 db1.example.com db2.example.com'],
  ['2001:db8::1', '2001:db8::1'],
  ['web,2001:db8::1', 'web1 web2 web3 10.0.0.5 2001:db8::1'],
  ['empty', ''],
  ['localhost', 'localhost'],
] as const)('%s', async ([pattern, expected]) => {
  const inventory = await load(TEXT);
  const names = selectHosts(inventory, pattern).map(({ name }) => name);
  expect(names.join(' ')).toBe(expected);
});

test('parts that match nothing are all reported, with the name that was meant', async () => {
  const inventory = await load(TEXT);
  const complaint = (pattern: string) => {
    try {
      return selectHosts(inventory, pattern);
    } catch (error) {
      return failuresOf(error).map(({ where, message, fix }) => `${where}: ${message}. ${fix}`);
    }
  };
  expect(
    ['wbe1:!dbb', 'WEB', 'nothing', '', 'web[0]', '~web', '@file', '[z-a]'].map(complaint),
  ).toMatchInlineSnapshot(`
    [
      [
        "pattern wbe1:!dbb: Nothing is called wbe1. Did you mean web1?",
        "pattern wbe1:!dbb: Nothing is called dbb. Did you mean db?",
      ],
      [
        "pattern WEB: Nothing is called WEB. Did you mean web?",
      ],
      [
        "pattern nothing: Nothing is called nothing. Groups: all, ungrouped, web, db, webdb, empty.",
      ],
      [
        "pattern : The pattern is empty. Write all for every host.",
      ],
      [
        "pattern web[0]: The pattern web[0] is not supported yet. Use names, *, ? and [abc] for now: web*, web[12], web:&db, all:!db.",
      ],
      [
        "pattern ~web: The pattern ~web is not supported yet. Use names, *, ? and [abc] for now: web*, web[12], web:&db, all:!db.",
      ],
      [
        "pattern @file: The pattern @file is not supported yet. Use names, *, ? and [abc] for now: web*, web[12], web:&db, all:!db.",
      ],
      [
        "pattern [z-a]: Nothing is called [z-a]. Groups: all, ungrouped, web, db, webdb, empty.",
      ],
    ]
  `);
});

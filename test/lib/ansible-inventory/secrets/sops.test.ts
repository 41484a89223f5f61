import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { failuresOf } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import { folderOf, linesOf, variablesOf } from '../inventory-folder.ts';
import { type SopsOptions, sopsFile, type Value } from './sops-file.ts';

const NAMES = ['SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD', 'XDG_CONFIG_HOME', 'HOME'];
const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
let identity = '';
let recipient = '';
let folder = '';

beforeEach(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  folder = await folderOf({ 'inventory.yaml': 'all: {hosts: {n1: }}', 'home/empty': '' });
  for (const name of NAMES) delete process.env[name];
  process.env['HOME'] = join(folder, 'home');
  process.env['SOPS_AGE_KEY'] = identity;
});

afterEach(() => {
  for (const name of NAMES) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

const VALUES = {
  password: 'canary-sops "1"',
  port: 12_347,
  ratio: 0.25,
  enabled: true,
  empty: '',
  nothing: null,
  nested: { list: ['canary-two', { deep: 'canary-three' }, 'canary:four'] },
  shown_unencrypted: 'in the clear',
};

const isDefault = (path: readonly string[]) => !path.some((key) => key.endsWith('_unencrypted'));

async function read(text: string) {
  const { folder: here } = await beside(text);
  return loadInventory([join(here, 'inventory.yaml')]);
}

async function beside(text: string) {
  const here = await folderOf({
    'inventory.yaml': 'all: {hosts: {n1: }}',
    'group_vars/all.yml': text,
  });
  return { folder: here };
}

async function complaints(text: string): Promise<readonly string[]> {
  const { folder: here } = await beside(text);
  try {
    await loadInventory([join(here, 'inventory.yaml')]);
    return [];
  } catch (error) {
    return linesOf(failuresOf(error), here).map((line) =>
      line.replaceAll(folder, 'FOLDER').replaceAll(recipient, 'age1…'),
    );
  }
}

async function values(input: Readonly<Record<string, Value>>, options: SopsOptions) {
  const { hosts } = await read(await sopsFile(input, recipient, options));
  return bindVariables(z.record(z.string(), z.any()), hosts, [''])[0]?.vars;
}

test('values that SOPS encrypted are secrets, with the types that they have; the rest is as it stands', async () => {
  const text = await sopsFile(VALUES, recipient, { isEncrypted: isDefault });
  const inventory = await read(text);
  expect(JSON.parse(JSON.stringify(variablesOf(inventory, 'n1')))).toEqual({
    password: '••••••',
    port: '••••••',
    ratio: '••••••',
    enabled: true,
    empty: '',
    nothing: null,
    nested: { list: ['••••••', { deep: '••••••' }, '••••••'] },
    shown_unencrypted: 'in the clear',
  });
  expect(redact('canary-sops "1"')).toBe('canary-sops "1"');
  const { hosts } = inventory;
  expect(bindVariables(z.record(z.string(), z.any()), hosts, [''])[0]?.vars).toEqual(VALUES);
  expect(redact('canary-sops "1"')).toBe('••••••');
});

test('an encrypted value may be an expression, whose result is a secret', async () => {
  const input = { who: 'canary-7', url: 'https://{{ who | upper }}@{{ inventory_hostname }}/' };
  expect(await values(input, {})).toEqual({ who: 'canary-7', url: 'https://CANARY-7@n1/' });
  expect(redact('at https://CANARY-7@n1/')).toBe('at ••••••');
  const { hosts } = await read(await sopsFile(input, recipient));
  expect(JSON.stringify(hosts[0]?.variables.get('url'))).toContain('"value":"••••••"');
  expect(JSON.stringify(hosts[0]?.variables.get('url'))).toContain('"written":"••••••"');
});

test('every rule of what is encrypted is heeded, and what is not is under the checksum as well', async () => {
  const input = { user: 'root', db: { password: 'canary-5', port: 5432, on: false, share: 1.5 } };
  const inDb = (path: readonly string[]) => path.includes('db');
  const options: readonly SopsOptions[] = [
    { rule: { encrypted_regex: '(?i)^DB$' }, isEncrypted: inDb },
    { rule: { unencrypted_regex: '^us' }, isEncrypted: inDb },
    { rule: { encrypted_suffix: 'word' }, isEncrypted: (path) => path.includes('password') },
    { rule: { unencrypted_suffix: 'er' }, isEncrypted: inDb, onlyEncrypted: true },
  ];
  for (const each of options) expect(await values(input, each)).toEqual(input);
});

test('a file that is not as SOPS wrote it is refused, without a word of what is in it', async () => {
  const whole = await sopsFile(VALUES, recipient, { isEncrypted: isDefault });
  const json = JSON.parse(whole);
  const change = (part: object) => JSON.stringify({ ...json, ...part });
  expect({
    'a value in the clear changed': await complaints(whole.replace('in the clear', 'in the sun')),
    'a value taken away': await complaints(change({ port: undefined })),
    'two values swapped': await complaints(change({ password: json.port, port: json.password })),
    'a value added': await complaints(change({ password: 'canary-6' })),
    'no checksum': await complaints(change({ sops: { ...json.sops, mac: '' } })),
    'no block': await complaints(change({ sops: { mac: json.sops.mac } })),
    'another kind of key': await complaints(change({ sops: { ...json.sops, age: [] } })),
    'groups of keys': await complaints(change({ sops: { ...json.sops, key_groups: [{}, {}] } })),
    'by comment': await complaints(
      change({ sops: { ...json.sops, encrypted_comment_regex: 'x' } }),
    ),
  }).toMatchInlineSnapshot(`
    {
      "a value added": [
        "group_vars/all.yml:1:13: A value of the file cannot be opened. SOPS should have encrypted it. Add it with sops edit.",
      ],
      "a value in the clear changed": [
        "group_vars/all.yml:18:3: The checksum of the file does not fit. Something in it was changed without SOPS. Mend it: sops edit --ignore-mac FILE",
      ],
      "a value taken away": [
        "group_vars/all.yml:1:868: The checksum of the file does not fit. Something in it was changed without SOPS. Mend it: sops edit --ignore-mac FILE",
      ],
      "another kind of key": [
        "group_vars/all.yml:1:993: The file is not encrypted for any age key. rota opens age alone: add a recipient to .sops.yaml, and sops updatekeys FILE.",
      ],
      "by comment": [
        "group_vars/all.yml:1:993: The file needs what rota cannot do of SOPS. Say what to encrypt by key, such as with encrypted_regex, not by comment.",
      ],
      "groups of keys": [
        "group_vars/all.yml:1:993: The file needs what rota cannot do of SOPS. Encrypt it with one group of keys.",
      ],
      "no block": [
        "group_vars/all.yml:1:993: The sops block of the file cannot be read. Its lastmodified is missing or wrong. Take the file from where SOPS wrote it.",
      ],
      "no checksum": [
        "group_vars/all.yml:1:993: The checksum of the file does not fit. Something in it was changed without SOPS. Mend it: sops edit --ignore-mac FILE",
      ],
      "two values swapped": [
        "group_vars/all.yml:1:13: A value of the file cannot be opened. It was changed, or moved from under other keys. Mend it with sops edit.",
      ],
    }
  `);
});

test('the age key comes from where SOPS looks for it', async () => {
  const text = await sopsFile(VALUES, recipient, { isEncrypted: isDefault });
  const file = join(folder, 'keys.txt');
  const other = await generateX25519Identity();
  await writeFile(file, `# created: today\n${other}\n\n${identity}\n`);
  delete process.env['SOPS_AGE_KEY'];
  expect(await complaints(text)).toEqual([
    'group_vars/all.yml:18:3: There is no age key to open the file with. Set SOPS_AGE_KEY_FILE=…, or put it into FOLDER/home/.config/sops/age/keys.txt. None in: SOPS_AGE_KEY, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD, FOLDER/home/.config/sops/age/keys.txt.',
  ]);
  process.env['SOPS_AGE_KEY_FILE'] = file;
  expect(await complaints(text)).toEqual([]);
  delete process.env['SOPS_AGE_KEY_FILE'];
  process.env['SOPS_AGE_KEY_CMD'] = `cat '${file}'`;
  expect(await complaints(text)).toEqual([]);
  delete process.env['SOPS_AGE_KEY_CMD'];
  process.env['XDG_CONFIG_HOME'] = folder;
  await mkdir(join(folder, 'sops/age'), { recursive: true });
  await writeFile(join(folder, 'sops/age/keys.txt'), identity);
  expect(await complaints(text)).toEqual([]);
});

test('a key that does not fit, or is none, says which one would', async () => {
  const text = await sopsFile(VALUES, recipient, { isEncrypted: isDefault });
  process.env['SOPS_AGE_KEY'] = await generateX25519Identity();
  const wrong = await complaints(text);
  process.env['SOPS_AGE_KEY'] = 'AGE-SECRET-KEY-1CANARY';
  const none = await complaints(text);
  process.env['SOPS_AGE_KEY_FILE'] = join(folder, 'nowhere');
  expect({ wrong, none, nowhere: await complaints(text) }).toMatchInlineSnapshot(`
    {
      "none": [
        "group_vars/all.yml:18:3: An age key cannot be read. Look at it: a key is one line that age-keygen wrote, AGE-SECRET-KEY-1…",
      ],
      "nowhere": [
        "group_vars/all.yml:18:3: The file of the age key cannot be read. Check SOPS_AGE_KEY_FILE: FOLDER/nowhere",
      ],
      "wrong": [
        "group_vars/all.yml:18:3: No age key opens the file. Use a key of one of: age1…. Those found: 1.",
      ],
    }
  `);
});

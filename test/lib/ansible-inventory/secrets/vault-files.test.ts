import { expect, test } from 'vitest';
import { z } from 'zod';
import { failuresOf } from '#engine/model/failure.ts';
import { type Inventory, loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { passwordOfFile, Vault } from '#lib/ansible-inventory/secrets/vault.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import { linesOf, variablesOf } from '../inventory-folder.ts';

// Encrypted with: ansible-vault encrypt --vault-id prod@password FILE
const FOLDER = 'test/fixtures/vault';

async function open(name: string, password = 'password'): Promise<Inventory> {
  const vault = new Vault([passwordOfFile('prod', `${FOLDER}/${password}`)]);
  return loadInventory([`${FOLDER}/${name}`], { vault });
}

async function complaints(name: string, password?: string): Promise<readonly string[]> {
  try {
    return (await open(name, password)).warnings.map(({ message }) => message);
  } catch (error) {
    return linesOf(failuresOf(error), `${process.cwd()}/${FOLDER}`).flatMap((line) =>
      line.replaceAll(`${FOLDER}/`, ''),
    );
  }
}

test('whole files that ansible-vault encrypted are read: their texts and numbers are secrets', async () => {
  const inventory = await open('inventory');
  expect(inventory.groups.get('web')).toEqual(['web1', 'web2']);
  expect(inventory.hosts[0]?.connection).toMatchObject({
    address: '192.0.2.7',
    user: 'canary-user',
  });
  expect(JSON.parse(JSON.stringify(variablesOf(inventory, 'web2')))).toEqual({
    count: '••••••',
    db_password: '••••••',
    enabled: true,
    list: ['••••••', { name: '••••••' }],
    nothing: null,
    port: '••••••',
  });
});

test('a schema gets what an encrypted file has: numbers as numbers', async () => {
  const { hosts } = await open('inventory');
  const own = { count: z.int().optional(), list: z.array(z.unknown()).optional() };
  const schema = z.object({ ...own, db_password: z.string(), port: z.int() });
  expect(bindVariables(schema, hosts, [])[1]?.vars).toEqual({
    count: 12_345,
    db_password: 'canary-db',
    list: ['canary-item', { name: 'canary-name' }],
    port: 12_346,
  });
});

test('what is wrong with an encrypted file is said without what is in it', async () => {
  expect({
    'no YAML': await complaints('bad.yaml'),
    'odd values': await complaints('odd.yaml'),
    'the wrong password': await complaints('inventory', 'odd.yaml'),
    'no password': await complaints('inventory', 'nowhere'),
  }).toMatchInlineSnapshot(`
    {
      "no YAML": [
        "bad.yaml:2:10: The file is not valid YAML. The line is that of the plain text: ansible-vault view bad.yaml",
      ],
      "no password": [
        "nowhere: The vault password file cannot be read. Check the path that --vault-password-file, --vault-id or the environment gives.",
      ],
      "odd values": [
        "odd.yaml:1:24: The value cannot be read. The line is that of the plain text: ansible-vault view odd.yaml",
      ],
      "the wrong password": [
        "inventory/hosts.yaml:1:1: An encrypted value cannot be opened. None of the passwords given opens it (prod). Its id is prod. Give the password with --vault-password-file FILE, --vault-id ID@FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE.",
      ],
    }
  `);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { failuresOf } from '#engine/model/failure.ts';
import { redact } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { loadInventory } from '#lib/ansible-inventory/load-inventory.ts';
import { Vault } from '#lib/ansible-inventory/secrets/vault.ts';
import { bindVariables } from '#lib/ansible-inventory/variables/bind-variables.ts';
import { complaints, folderOf, linesOf, load, variablesOf } from '../inventory-folder.ts';

// Made with: ansible-vault encrypt_string --vault-password-file FILE (or --vault-id prod@FILE)
const INLINE = `$ANSIBLE_VAULT;1.1;AES256
          36333134633564366566356361636439353935356664356132393361343763373230613665396162
          6630653566303264366637623164663963613866393330310a616561386166326137653862666132
          30613161323031363538343839376564623931343135663463633732613033303830383365373163
          3265623665353637300a623764613438613532366236373734626632366562646262363432353362
          6335`;
const CANARY = 'canary-é-"\\';
const WITH_ID = `$ANSIBLE_VAULT;1.2;AES256;prod
          37643334646364373936623937393864633137333630633330303335666632383738346434313335
          6335653632393162613164383434393062646438373164660a323938343332656438616538643138
          66326136656466666234636361613532626665396330373339663062383738333462623065613133
          3935386566323731330a306161376663336630363865663835623233616236386664613933643531
          3036`;

const password = (id: string, text: string) => ({ id, password: new Secret(text) });
const OPENED_BY = [password('default', 'wrong'), password('prod', 'hunter2pass')];

/** The variables of all, bound to a schema that takes everything; or what was wrong. */
async function bound(vars: string, passwords = OPENED_BY): Promise<unknown> {
  const text = `all:\n  hosts:\n    n1:\n  vars:\n${vars.replace(/^/gm, '    ')}\n`;
  const folder = await folderOf({ 'inventory.yaml': text });
  try {
    const { hosts } = await loadInventory([join(folder, 'inventory.yaml')], {
      vault: new Vault(passwords),
    });
    return bindVariables(z.object({ a: z.any(), b: z.any() }).partial(), hosts, [])[0]?.vars;
  } catch (error) {
    return linesOf(failuresOf(error), folder);
  }
}

function setEnvironment(name: string, value: string): void {
  process.env[name] = value;
  onTestFinished(() => {
    delete process.env[name];
  });
}

test('an inline vault value is a secret, which a schema sees in the clear, and which is redacted then', async () => {
  const vars = `a: !vault |\n          ${INLINE}\nb: [!vault "${WITH_ID.replace(/\s+/g, '\\n')}"]`;
  expect(await bound(vars)).toEqual({ a: CANARY, b: ['s3cret\ntwo'] });
  expect(redact(`x ${CANARY} y ${JSON.stringify(CANARY)} s3cret.`)).toBe(
    'x •••••• y "••••••" ••••••.',
  );
  const inventory = await load(
    `all: {hosts: {n1: {a: !vault "${WITH_ID.replace(/\s+/g, '\\n')}"}}}`,
  );
  expect(JSON.stringify(variablesOf(inventory, 'n1'))).toBe('{"a":"••••••"}');
});

test('a vault value that cannot be opened is an error where it is used, which shows none of it', async () => {
  const value = `a: !vault |\n          ${INLINE}`;
  expect({
    none: await bound(value, []),
    wrong: await bound(value, [password('lab', 'nope'), password('empty', '')]),
    tampered: await bound(value.replace('3633', '3733')),
    cut: await bound(`a: !vault |\n          ${INLINE.slice(0, 200)}`),
    other: await bound('a: !vault secret'),
    unused: await bound(value.replace('a:', 'c:'), []),
  }).toMatchInlineSnapshot(`
    {
      "cut": [
        "inventory.yaml:5:15: An encrypted value cannot be read. It must be whole, in format 1.1 or 1.2 with AES256. Encrypt it once more with ansible-vault.",
      ],
      "none": [
        "inventory.yaml:5:15: There is no password for an encrypted value. Give the password with --vault-password-file FILE, --vault-id ID@FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE.",
      ],
      "other": [
        "inventory.yaml:5:15: An encrypted value cannot be read. Its first line must be $ANSIBLE_VAULT;1.1;AES256: paste all that ansible-vault encrypt_string prints.",
      ],
      "tampered": [
        "inventory.yaml:5:15: An encrypted value cannot be opened. None of the passwords given opens it (default, prod). Give the password with --vault-password-file FILE, --vault-id ID@FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE.",
      ],
      "unused": {},
      "wrong": [
        "inventory.yaml:5:15: An encrypted value cannot be opened. None of the passwords given opens it (lab, empty). Give the password with --vault-password-file FILE, --vault-id ID@FILE or --ask-vault-pass, or set ANSIBLE_VAULT_PASSWORD_FILE.",
      ],
    }
  `);
});

test('!env is the value of a variable of the environment, and an error where it is used without one', async () => {
  setEnvironment('ROTA_TEST_TOKEN', 'tok-canary-1');
  expect(await bound('a: !env ROTA_TEST_TOKEN\nb: !env ROTA_TEST_TOKEN')).toEqual({
    a: 'tok-canary-1',
    b: 'tok-canary-1',
  });
  expect({
    unset: await bound('a: !env ROTA_TEST_UNSET'),
    unused: await bound('c: !env ROTA_TEST_UNSET'),
    name: await complaints('all: {vars: {a: !env $HOME, b: !env [x]}}'),
  }).toMatchInlineSnapshot(`
    {
      "name": [
        "inventory.yaml:1:22: The name of an environment variable cannot be read. Write letters, digits and _ after the tag: !env NAME.",
        "inventory.yaml:1:37: The tag !env stands before no text. Write a name after it: !env NAME.",
      ],
      "unset": [
        "inventory.yaml:5:13: The environment variable ROTA_TEST_UNSET is not set. Set it for rota: ROTA_TEST_UNSET=… rota …",
      ],
      "unused": {},
    }
  `);
});

test('!cmd is what a command prints: words that no shell reads, run once and on use', async () => {
  const log = join(await folderOf({ log: '' }), 'log');
  const script = `echo ran >> '${log}'; echo 'tok-$(canary)-2'; cat`;
  expect(
    await bound(`a: &x !cmd [sh, -c, "${script}"]\nb: *x\nc: !cmd [sh, -c, "${script}"]`),
  ).toEqual({
    a: 'tok-$(canary)-2',
    b: 'tok-$(canary)-2',
  });
  expect(await readFile(log, 'utf8')).toBe('ran\n');
  expect(await bound(`a: !cmd printf '%s|' "a b" '$HOME'`)).toEqual({ a: 'a b|$HOME|' });
});

test('a command that gives no secret says why, with what it said made harmless', async () => {
  expect({
    missing: await bound('a: !cmd no-such-program-here'),
    failed: await bound(`a: !cmd [sh, -c, 'printf "one\\n\\033[31mtwo\\n" >&2; exit 3']`),
    silent: await bound('a: !cmd "true"'),
    shell: await complaints(
      'all: {vars: {a: !cmd pass show x | head -1, b: !cmd "echo $(id)", c: !cmd [], d: !cmd [a, "b\\0"]}}',
    ),
  }).toMatchInlineSnapshot(`
    {
      "failed": [
        "inventory.yaml:5:13: The command sh gave no secret. It ended with exit code 3. It said: one ⏎ \\u001b[31mtwo",
      ],
      "missing": [
        "inventory.yaml:5:13: The command no-such-program-here gave no secret. It was not found: check its name, and PATH.",
      ],
      "shell": [
        "inventory.yaml:1:22: The command of !cmd cannot be read. Write its words, such as !cmd pass show lab/sudo, or as a list; no shell reads them. One that needs a shell: !cmd [sh, -c, "…"].",
        "inventory.yaml:1:53: The command of !cmd cannot be read. Write its words, such as !cmd pass show lab/sudo, or as a list; no shell reads them. One that needs a shell: !cmd [sh, -c, "…"].",
        "inventory.yaml:1:75: The command of !cmd cannot be read. Write its words, such as !cmd pass show lab/sudo, or as a list; no shell reads them. One that needs a shell: !cmd [sh, -c, "…"].",
        "inventory.yaml:1:87: The command of !cmd cannot be read. Write its words, such as !cmd pass show lab/sudo, or as a list; no shell reads them. One that needs a shell: !cmd [sh, -c, "…"].",
      ],
      "silent": [
        "inventory.yaml:5:13: The command true gave no secret. It printed nothing.",
      ],
    }
  `);
});

test('!unsafe takes braces for text, also in all that a collection holds', async () => {
  expect(await bound(`a: !unsafe '{{ x }}'\nb: !unsafe {c: ['{{ y }}', 2], d: !unsafe 3}`)).toEqual(
    {
      a: '{{ x }}',
      b: { c: ['{{ y }}', 2], d: '3' },
    },
  );
});

test('a connection variable may be a secret', async () => {
  setEnvironment('ROTA_TEST_PORT', '2222');
  const inventory = await load(
    'all: {hosts: {n1: {ansible_port: !env ROTA_TEST_PORT, ansible_password: !env ROTA_TEST_UNSET}}}',
  );
  expect(inventory.hosts[0]?.connection.port).toBe(2222);
  expect(() => inventory.hosts[0]?.connection.password?.reveal()).toThrow(
    'The environment variable ROTA_TEST_UNSET is not set',
  );
  expect(await complaints('all: {hosts: {n1: {ansible_user: !env ROTA_TEST_UNSET}}}')).toEqual([
    expect.stringContaining('The environment variable ROTA_TEST_UNSET is not set'),
  ]);
});

import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { failuresOf } from '#engine/model/failure.ts';
import { type VaultFlags, vaultOf } from '../../cli/flags/vault.ts';
import { Desk } from './rota.ts';

// "ansible-vault encrypt_string --vault-id prod@FILE", FILE with hunter2pass in it.
const VALUE = `$ANSIBLE_VAULT;1.2;AES256;prod
37643334646364373936623937393864633137333630633330303335666632383738346434313335
6335653632393162613164383434393062646438373164660a323938343332656438616538643138
66326136656466666234636361613532626665396330373339663062383738333462623065613133
3935386566323731330a306161376663336630363865663835623233616236386664613933643531
3036`;

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => {
  delete process.env['ANSIBLE_VAULT_PASSWORD_FILE'];
  delete process.env['ANSIBLE_VAULT_IDENTITY_LIST'];
  desk.remove();
});

async function opened(flags: VaultFlags): Promise<unknown> {
  const vault = await vaultOf(flags)();
  try {
    return vault.decrypt(VALUE, { file: 'inventory.yaml', line: 1, column: 1 });
  } catch (error) {
    return failuresOf(error).map(({ message, where, ran, fix }) =>
      [message, where, ran, fix].map((text) => text?.replaceAll(desk.folder, 'DESK')),
    );
  }
}

function program(name: string, text: string): string {
  const path = desk.write(name, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o700);
  return path;
}

test('a password comes from a file or a program, under an id or none, and from the environment', async () => {
  const right = desk.write('right', ' hunter2pass \n');
  const wrong = desk.write('wrong', 'nope\n');
  const plain = 's3cret\ntwo';
  expect(await opened({ vaultPasswordFile: [wrong, right] })).toBe(plain);
  expect(await opened({ vaultId: [`lab@${wrong}`, right] })).toBe(plain);
  expect(await opened({ vaultId: [`prod@${program('ask', 'echo hunter2pass')}`] })).toBe(plain);
  const client = program('keys-client.sh', 'test "$*" = "--vault-id prod" && echo hunter2pass');
  expect(await opened({ vaultId: [`prod@${client}`] })).toBe(plain);
  process.env['ANSIBLE_VAULT_PASSWORD_FILE'] = right;
  expect(await opened({ vaultPasswordFile: [wrong] })).toBe(plain);
  delete process.env['ANSIBLE_VAULT_PASSWORD_FILE'];
  process.env['ANSIBLE_VAULT_IDENTITY_LIST'] = `lab@${wrong}, prod@${right}`;
  expect(await opened({})).toBe(plain);
});

test('a secret that a host prints is dots, though nothing in the run uses it', () => {
  const inventory = desk.inventory({ unused: `!vault |\n${VALUE.replace(/^/gm, '        ')}` });
  const exec = [
    'exec',
    'all',
    inventory,
    '--vault-password-file',
    desk.write('right', 'hunter2pass'),
  ];
  const { stdout } = desk.rota(...exec, '--json', '--', 'echo "password: s3cret"');
  expect(JSON.parse(stdout)).toMatchObject({ stdout: 'password: ••••••\n' });
  expect(desk.rota(...exec, '--', 'echo s3cret').stdout).not.toContain('s3cret');
});

test('a command of a secret that nothing in the run uses does not run', () => {
  const inventory = desk.inventory({ unused: `!cmd touch ${desk.path('ran')}` });
  expect(desk.rota('exec', 'all', inventory, '--', 'ls', desk.folder).stdout).not.toContain('ran');
});

test('a password that cannot be had says why', async () => {
  expect({
    missing: await opened({ vaultPasswordFile: [desk.path('nowhere')] }),
    empty: await opened({ vaultPasswordFile: [desk.write('empty', '\n')] }),
    failed: await opened({ vaultPasswordFile: [program('fails', 'exit 3')] }),
  }).toMatchInlineSnapshot(`
    {
      "empty": [
        [
          "The vault password is empty",
          "DESK/empty",
          undefined,
          "Write it there.",
        ],
      ],
      "failed": [
        [
          "The program for the vault password failed",
          "DESK/fails",
          "DESK/fails → exit 3",
          "It is run because it is executable. If it holds the password itself: chmod a-x DESK/fails",
        ],
      ],
      "missing": [
        [
          "The vault password file cannot be read",
          "DESK/nowhere",
          undefined,
          "Check the path that --vault-password-file, --vault-id or the environment gives.",
        ],
      ],
    }
  `);
});

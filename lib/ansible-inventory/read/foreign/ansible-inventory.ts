import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lastLinesOf } from '../../secrets/command.ts';

/** Sources such as a cloud may take long to answer. */
const TIMEOUT_MS = 120_000;
/** From then on the user is told what the wait is for. */
const PATIENCE_MS = 2_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** What the program printed, or a sentence that says how to go on without it. */
type Printed = { readonly json: string } | { readonly fix: string };

/**
 * Lets `ansible-inventory` read a file; group_vars and host_vars are left to rota. Runs the file, where
 * that is a program, as Ansible does. INI may speak of groups that earlier files have: `known`.
 */
export async function askAnsible(
  file: string,
  known: readonly string[],
  onWait: (what: string) => void = () => {},
): Promise<Printed> {
  const what = `Waiting for ansible-inventory to read ${file}`;
  const patience = setTimeout(onWait, PATIENCE_MS, what);
  try {
    return await ask(file, known);
  } finally {
    clearTimeout(patience);
  }
}

async function ask(file: string, known: readonly string[]): Promise<Printed> {
  if (known.length === 0) return await run(file, []);
  const folder = await mkdtemp(join(tmpdir(), 'rota-inventory-'));
  try {
    const stub = join(folder, 'groups.json');
    await writeFile(stub, JSON.stringify(Object.fromEntries(known.map((name) => [name, null]))));
    return await run(file, ['--inventory', stub]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function run(file: string, before: readonly string[]): Promise<Printed> {
  const env = {
    ...process.env,
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: '1',
    ANSIBLE_NOCOLOR: '1',
    // No such plugin: the variables that lie beside the file are not wanted twice.
    ANSIBLE_VARS_ENABLED: 'none',
  };
  const options = { env, timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES };
  const args = [...before, '--inventory', resolve(file), '--list', '--export'];
  return new Promise((done) => {
    const child = execFile('ansible-inventory', args, options, (error, stdout, stderr) => {
      if (error === null) done({ json: stdout });
      else done({ fix: fixFor(error, file, stderr) });
    });
    child.stdin?.end();
  });
}

function fixFor(
  error: { readonly code?: unknown; readonly killed?: boolean },
  file: string,
  stderr: string,
) {
  const command = `ansible-inventory -i ${file} --list`;
  if (error.code === 'ENOENT') {
    return `ansible-inventory, which reads it, is not installed here. Convert it where it is: ${command} --export --yaml > hosts.yaml`;
  }
  if (error.killed) return `It was not read after ${TIMEOUT_MS / 1000} s: ${command}`;
  return `See what is wrong: ${command}. It said: ${lastLinesOf(stderr)}`;
}

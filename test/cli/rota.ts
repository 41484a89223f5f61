import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '../remove-folder.ts';

/** Another user's rota keeps it in that user's home; in a container, root may not do it. */
const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** Has what root's rota keeps on this machine in a folder, so that desks do not get in each other's way. */
const OF_ITS_OWN = `mkdir -p -m 700 /run/rota /var/lib/rota
mount --bind "$0/run" /run/rota && mount --bind "$0/lib" /var/lib/rota && exec "$@"`;

/** A folder with an inventory whose one host is this machine, and rota's state beside it. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'rota-desk-'));
  /** What a host keeps of runs: here, of this machine for this desk. */
  readonly #host = mkdtempSync(join(tmpdir(), 'rota-host-'));

  constructor() {
    for (const name of ['run', 'lib']) mkdirSync(join(this.#host, name), { mode: 0o700 });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** An inventory for the playbook of test/fixtures/plan. */
  inventory(variables: Readonly<Record<string, string>> = {}): string {
    const all = { folder: this.folder, password: 'canary-7f3a91', text: 'new', ...variables };
    const lines = Object.entries(all).map(([name, value]) => `      ${name}: ${value}\n`);
    const host = '    node1:\n      ansible_connection: local\n';
    return this.write('inventory.yaml', `all:\n  hosts:\n${host}${lines.join('')}`);
  }

  rota(...args: readonly string[]) {
    const [program, words] = this.#commandOf(args);
    const run = spawnSync(program, words, { env: this.#env(), encoding: 'utf8' });
    const text = (stream: string) => stream.replaceAll(this.folder, 'DESK');
    return { status: run.status, stdout: text(run.stdout), stderr: text(run.stderr) };
  }

  /** The same, to be watched and killed. */
  start(...args: readonly string[]): ChildProcess {
    const [program, words] = this.#commandOf(args);
    return spawn(program, words, { env: this.#env() });
  }

  #env(): NodeJS.ProcessEnv {
    return { ...process.env, XDG_STATE_HOME: this.path('state'), NO_COLOR: '1' };
  }

  #commandOf(args: readonly string[]): readonly [string, readonly string[]] {
    const [program = '', ...words] = [...this.#apart(), process.execPath, 'bin/rota.cjs', ...args];
    return [program, words];
  }

  #apart(): readonly string[] {
    if (!mayMount) return [];
    return ['unshare', '--mount', 'sh', '-c', OF_ITS_OWN, this.#host];
  }

  remove(): void {
    for (const folder of [this.folder, this.#host]) removeFolder(folder);
  }
}

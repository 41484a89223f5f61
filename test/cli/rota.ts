import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with an inventory whose one host is this machine, and rota's state beside it. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'rota-desk-'));

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
    const env = { ...process.env, XDG_STATE_HOME: this.path('state'), NO_COLOR: '1' };
    const run = spawnSync(process.execPath, ['bin/rota.cjs', ...args], { env, encoding: 'utf8' });
    const text = (stream: string) => stream.replaceAll(this.folder, 'DESK');
    return { status: run.status, stdout: text(run.stdout), stderr: text(run.stderr) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

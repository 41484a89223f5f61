import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failuresOf } from '#engine/model/failure.ts';
import type { Connection, Host } from '#engine/model/host.ts';

/** A folder that goes when the test is over. */
export class Scratch implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'rota-transport-'));

  file(name: string, text: string, mode = 0o600): string {
    const path = join(this.path, name);
    writeFileSync(path, text, { mode });
    return path;
  }

  key(name: string, ...options: string[]): Key {
    const file = join(this.path, name);
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', name, '-f', file, ...options]);
    return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export interface Key {
  readonly file: string;
  readonly publicKey: string;
}

export function hostWith(connection: Partial<Connection>): Host {
  return {
    name: 'node1',
    groups: [],
    variables: new Map(),
    connection: {
      transport: 'ssh',
      address: '127.0.0.1',
      port: 22,
      user: 'root',
      // Keeps the ssh_config of whoever runs the tests out of them.
      sshArguments: ['-F', 'none'],
      ...connection,
    },
    origin: { file: 'inventory/test.yaml', line: 1, column: 1 },
  };
}

/** A failure as a user reads it, without what differs from run to run. */
export async function told(work: Promise<unknown>, ...volatile: [string, string][]) {
  const error = await work.then(
    (value) => new Error(`it worked: ${String(value)}`),
    (reason: unknown) => reason,
  );
  const [failure] = failuresOf(error);
  const { kind, message: what, where, ran, output, fix } = failure ?? {};
  const lines = Object.entries({ kind, what, where, ran, output, fix }).flatMap(([name, text]) =>
    text === undefined ? [] : [`${name}: ${text}`],
  );
  return volatile.reduce((text, [from, to]) => text.replaceAll(from, to), lines.join('\n'));
}

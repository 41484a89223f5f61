import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Failure } from '#engine/model/failure.ts';
import {
  type KnownHostKey,
  knownHostsName,
  linesNaming,
  parseKnownHosts,
  type Target,
} from './known-hosts.ts';

/** Known_hosts files. Many hosts share one, which may be long: it is read anew only once it has changed. */
export class KnownHosts {
  readonly #files = new Map<string, { stamp: string; lines: Promise<LinesByName> }>();

  /**
   * The lines that are for a host, with or without its port, whatever they say; a file that is not
   * there has none.
   */
  async linesFor(files: readonly string[], target: Target): Promise<readonly KnownHostKey[]> {
    const names = new Set([knownHostsName(target), target.address.toLowerCase()]);
    const found = files.map(async (file) => (await this.#linesOf(file)).naming(names));
    return (await Promise.all(found)).flat();
  }

  async #linesOf(file: string): Promise<LinesByName> {
    const stamp = stampOf(file);
    const before = this.#files.get(file);
    if (before?.stamp === stamp) return await before.lines;
    const lines = readIfThere(file).then((text) => new LinesByName(parseKnownHosts(text, file)));
    this.#files.set(file, { stamp, lines });
    return await lines;
  }
}

/** The lines of a file. Those that say the names of their hosts as they are, are looked up. */
class LinesByName {
  readonly #byName = new Map<string, KnownHostKey[]>();
  /** With patterns, or with a hash in place of the name. */
  readonly #others: KnownHostKey[] = [];

  constructor(lines: readonly KnownHostKey[]) {
    for (const line of lines) {
      const isPlain = !/[|*?!]/.test(line.hosts);
      for (const name of isPlain ? line.hosts.toLowerCase().split(',') : []) this.#add(name, line);
      if (!isPlain) this.#others.push(line);
    }
  }

  naming(names: ReadonlySet<string>): readonly KnownHostKey[] {
    const plain = new Set([...names].flatMap((name) => this.#byName.get(name) ?? []));
    const all = [...plain, ...linesNaming(this.#others, ...names)];
    return all.sort((one, other) => one.line - other.line);
  }

  #add(name: string, line: KnownHostKey): void {
    const lines = this.#byName.get(name);
    if (lines === undefined) this.#byName.set(name, [line]);
    else lines.push(line);
  }
}

/** Another one once a file has changed; ctime tells of a change of its rights, too. */
function stampOf(file: string): string {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.ctimeNs}`;
  } catch {
    return '';
  }
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new Failure('A known_hosts file cannot be read', {
      kind: 'unreachable',
      where: path,
      fix: 'Make it a file that you may read, or name other files in the inventory.',
      cause: error,
    });
  }
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Failure, failuresOf } from '#engine/model/failure.ts';
import type { Playbook } from '#engine/model/playbook.ts';
import { inventoryText, loadInventory } from '#lib/ansible-inventory/index.ts';
import type { NewRing } from '#playbooks/new-ring.ts';
import { load } from './load.ts';

/** Reads what would be written, as every command reads inventories, out of a folder that goes again. */
export class NewRingCheck {
  readonly #playbook: Playbook<unknown>;
  readonly #schema: string;

  constructor(playbook: Playbook<unknown>, schema: string) {
    this.#playbook = playbook;
    this.#schema = schema;
  }

  async textOf(ring: NewRing): Promise<string> {
    const { hosts: group } = this.#playbook;
    const count = ring.hosts.size === 1 ? 'one host' : `${ring.hosts.size} hosts`;
    const title = `A ring of ${count}. Their order is that of the ring: VIP 1 belongs to the first, VIP 2 to the second, and so on. What begins with # is not set; the values there are the defaults.`;
    return await inventoryText({ ...ring, title, group, schema: this.#schema }, this.#playbook);
  }

  /** Why one answer cannot be used, whatever the others are: all reasons, none when it can. */
  async reasons(name: string, { hosts, variables }: NewRing): Promise<readonly string[]> {
    if (/\s/.test(name)) return ['not the name of a host: it has a blank'];
    const own = { ...variables, ...hosts.get(name) };
    const result = this.#playbook.vars?.safeParse(ownOf(own, this.#playbook));
    const issues = result?.success === false ? result.error.issues : [];
    const wrong = issues.filter(({ path: [first = ''] }) => Object.hasOwn(own, first));
    if (wrong.length > 0) return [...new Set(wrong.map(({ message }) => message))];
    try {
      return await this.#read({ hosts, variables }, async (path) => {
        const [host, more] = (await loadInventory([path])).hosts;
        if (host?.name !== name || more !== undefined) return ['not the name of a host'];
        return Object.entries(own)
          .filter(([key, value]) => !isDeepStrictEqual(host.variables.get(key)?.value, value))
          .map(([key]) => `${key} would be read as another value`);
      });
    } catch (error) {
      return failuresOf(error).map(({ message, fix = '' }) => `${message}. ${fix}`.trim());
    }
  }

  /** What would be wrong with the whole inventory in a file of this name, and worth a warning. */
  async judge(ring: NewRing, file: string) {
    return await this.#read(ring, async (path) => {
      const named = (failure: Failure) => elsewhere(failure, path, file);
      try {
        const { warnings } = await load(this.#playbook, { sources: [path] });
        return { problems: [], warnings: warnings.map(named) };
      } catch (error) {
        return { problems: failuresOf(error).map(named), warnings: [] };
      }
    });
  }

  async #read<T>(ring: NewRing, use: (path: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'rota-init-'));
    try {
      const path = join(folder, 'new.yaml');
      await writeFile(path, await this.textOf(ring));
      return await use(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

function ownOf(variables: Readonly<Record<string, unknown>>, { prefixes = [] }: Playbook<unknown>) {
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) =>
      prefixes.some((prefix) => name.startsWith(prefix)),
    ),
  );
}

function elsewhere(failure: Failure, path: string, file: string): Failure {
  const { where = file, fix = '', message } = failure;
  return new Failure(message, {
    where: where.replaceAll(path, () => file),
    fix: fix.replaceAll(path, () => file),
  });
}

import { Failure, Failures } from '#engine/model/failure.ts';
import { formatOrigin, type Origin } from '#engine/model/host.ts';

/** Collects what is wrong with an input: each problem once, in the order of the files. */
export class Problems {
  readonly #found = new Map<string, { readonly origin: Origin; readonly failure: Failure }>();

  add(what: string, origin: Origin, fix: string): void {
    const where = formatOrigin(origin);
    const key = `${where} ${what}`;
    if (!this.#found.has(key))
      this.#found.set(key, { origin, failure: new Failure(what, { where, fix }) });
  }

  /** Takes what others hold, with this fix: their own may show what is in an encrypted file. */
  take(others: Problems, fix: string): void {
    for (const { origin, failure } of others.#found.values())
      this.add(failure.message, origin, fix);
  }

  get sorted(): readonly Failure[] {
    return [...this.#found.values()].sort(byPosition).map(({ failure }) => failure);
  }

  /** Throws Failures when anything was found. */
  throwIfAny(): void {
    if (this.#found.size > 0) throw new Failures(this.sorted);
  }
}

function byPosition(a: { readonly origin: Origin }, b: { readonly origin: Origin }): number {
  return (
    byText(a.origin.file, b.origin.file) ||
    a.origin.line - b.origin.line ||
    a.origin.column - b.origin.column
  );
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Something wrong with an expression, at an offset into the text; the caller knows the file. */
export class Flaw extends Error {
  readonly fix: string;
  /** Set by the innermost place that knows it. */
  at: number | undefined;

  constructor(what: string, fix: string, at?: number) {
    super(what);
    this.name = 'Flaw';
    this.fix = fix;
    this.at = at;
  }
}

/** What took so long that it is not tried for another host: it ends the work on all of them. */
export class TooLong extends Flaw {}

/** Gives flaws that happen inside a place, where they have none yet. */
export function placed<T>(at: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Flaw) error.at ??= at;
    throw error;
  }
}

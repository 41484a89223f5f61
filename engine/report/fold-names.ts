/**
 * Names as few words, in the order of the first of each: `node[1-3,7]`, `db1.example.com`. What counts
 * is the last number of the first label, or of an address; leading zeros are kept.
 */
export function foldNames(names: readonly string[]): string {
  const numbered = names.map(partsOf);
  const padded = new Set(numbered.filter(({ digits }) => /^0./.test(digits)).map(keyOf));
  const words = Map.groupBy(numbered, (name) =>
    padded.has(keyOf(name)) ? `${keyOf(name)}${name.digits.length}` : keyOf(name),
  );
  return [...words.values()].map(fold).join(',');
}

interface NumberedName {
  readonly before: string;
  /** Empty for a name without a number. */
  readonly digits: string;
  readonly after: string;
}

const ADDRESS = /^(\d+\.\d+\.\d+\.)(\d+)()$/;
const FIRST_LABEL = /^([^.]*?)(\d{1,15})([^\d.]*(?:\..*)?)$/s;

function partsOf(name: string): NumberedName {
  const found = name.includes(':') ? null : (ADDRESS.exec(name) ?? FIRST_LABEL.exec(name));
  const [, before = name, digits = '', after = ''] = found ?? [];
  return { before, digits, after };
}

function keyOf({ before, after, digits }: NumberedName): string {
  return JSON.stringify([before, after, digits === '']);
}

function fold(names: readonly NumberedName[]): string {
  const [{ before, digits, after } = { before: '', digits: '', after: '' }] = names;
  const all = [...new Set(names.map((name) => name.digits))];
  if (all.length === 1) return `${before}${digits}${after}`;
  const runs: string[][] = [];
  for (const next of all.toSorted((one, other) => Number(one) - Number(other))) {
    const run = runs.at(-1);
    if (run !== undefined && Number(next) === Number(run.at(-1)) + 1) run.push(next);
    else runs.push([next]);
  }
  return `${before}[${runs.map(rangeOf).join(',')}]${after}`;
}

function rangeOf(run: readonly string[]): string {
  return run.length === 1 ? (run[0] ?? '') : `${run[0]}-${run.at(-1)}`;
}

import { CASES, overFloor, type Result } from './figures.ts';
import { headingOf } from './table.ts';

const [WIDTH, LEFT, ROW] = [760, 130, 14];
const COLOURS = { 'no-op': '#2a6f97', 'first run': '#89c2d9' } as const;
/** Where the scale begins, so that what is faster than the floor has a bar too. */
const LEAST = 0.25;

/** A picture in SVG: how many times the floor’s time each contestant takes, on a logarithmic scale. */
export function plot(results: readonly Result[]): string {
  const all = results.map((result) => ({ heading: headingOf(result), bars: barsOf(result) }));
  const most = Math.max(2, ...all.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const unit = (WIDTH - LEFT - 60) / Math.log(most / LEAST);
  let y = 2;
  const next = () => {
    y += ROW;
    return y;
  };
  const title = 'Wall time over the floor’s: no-op dark, first run light';
  const parts = [words(8, next(), title)];
  for (const { heading, bars } of all) {
    next();
    parts.push(words(8, next(), heading, ' font-weight="bold"'));
    for (const { contestant, which, ratio } of bars) {
      const width = Math.max(1, Math.log(ratio / LEAST) * unit);
      const size = `x="${LEFT}" y="${next() - 10}" width="${width.toFixed(1)}" height="11"`;
      parts.push(`<rect ${size} fill="${COLOURS[which]}"/>`);
      parts.push(words(LEFT + width + 4, y, ratio.toFixed(2)));
      if (which === 'no-op') parts.push(words(LEFT - 8, y, contestant, ' text-anchor="end"'));
    }
  }
  const size = `viewBox="0 0 ${WIDTH} ${y + ROW}" width="${WIDTH}" height="${y + ROW}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="sans-serif" font-size="11">
<title>${title}</title>
<rect width="100%" height="100%" fill="#fff"/>
${parts.join('\n')}
</svg>
`;
}

/** Two for each contestant. */
function barsOf(result: Result) {
  const contestants = new Set(result.figures.map(({ contestant }) => contestant));
  return [...contestants].flatMap((contestant) =>
    CASES.flatMap((which) => {
      const ratio = overFloor(result, { contestant, case: which });
      return ratio === undefined ? [] : [{ contestant, which, ratio }];
    }),
  );
}

function words(x: number, y: number, text: string, how = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y}"${how}>${text}</text>`;
}

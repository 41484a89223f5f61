import { expect, test } from 'vitest';
import { withRegion } from '../../bench/docs.ts';
import { plot } from '../../bench/plot.ts';
import { formatFigures } from '../../bench/table.ts';
import { resultOf } from './results.ts';

test('the table has all medians, with how many times the floor’s they are', () => {
  const result = resultOf(3, { 'no-op': [0.2, 0.3], 'first run': [0.4, 12] }, 25);
  expect(`\n${formatFigures(result)}\n`).toMatchInlineSnapshot(`
    "
    | 3 hosts, 25 ms each way |           wall | own processor | hosts’ processor |  own memory | hosts’ memory |
    | ----------------------- | -------------: | ------------: | ---------------: | ----------: | ------------: |
    | no-op: floor            |   0.20 s ×1.00 |  0.10 s ×1.00 |     0.25 s ×1.00 | 20 MB ×1.00 |    5 MB ×1.00 |
    | no-op: rota             |   0.30 s ×1.50 |  0.15 s ×1.50 |     0.25 s ×1.00 | 40 MB ×2.00 |    5 MB ×1.00 |
    | first run: floor        |   0.40 s ×1.00 |  0.20 s ×1.00 |     0.25 s ×1.00 | 20 MB ×1.00 |    5 MB ×1.00 |
    | first run: rota         | 12.00 s ×30.00 | 6.00 s ×30.00 |     0.25 s ×1.00 | 40 MB ×2.00 |    5 MB ×1.00 |
    "
  `);
});

test('the picture has a bar for each ratio, longer for a larger one', () => {
  const svg = plot([resultOf(3, { 'no-op': [0.2, 0.3, 0.1], 'first run': [0.4, 0.8, 0.4] })]);
  expect(svg).toMatchInlineSnapshot(`
    "<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 142" width="760" height="142" font-family="sans-serif" font-size="11">
    <title>Wall time over the floor’s: no-op dark, first run light</title>
    <rect width="100%" height="100%" fill="#fff"/>
    <text x="8.0" y="16">Wall time over the floor’s: no-op dark, first run light</text>
    <text x="8.0" y="44" font-weight="bold">3 hosts</text>
    <rect x="130" y="48" width="380.0" height="11" fill="#2a6f97"/>
    <text x="514.0" y="58">1.00</text>
    <text x="122.0" y="58" text-anchor="end">floor</text>
    <rect x="130" y="62" width="380.0" height="11" fill="#89c2d9"/>
    <text x="514.0" y="72">1.00</text>
    <rect x="130" y="76" width="491.1" height="11" fill="#2a6f97"/>
    <text x="625.1" y="86">1.50</text>
    <text x="122.0" y="86" text-anchor="end">rota</text>
    <rect x="130" y="90" width="570.0" height="11" fill="#89c2d9"/>
    <text x="704.0" y="100">2.00</text>
    <rect x="130" y="104" width="190.0" height="11" fill="#2a6f97"/>
    <text x="324.0" y="114">0.50</text>
    <text x="122.0" y="114" text-anchor="end">ssh</text>
    <rect x="130" y="118" width="380.0" height="11" fill="#89c2d9"/>
    <text x="514.0" y="128">1.00</text>
    </svg>
    "
  `);
});

test('in the docs, what is between the two markers is replaced, and nothing else', () => {
  const begin = '<!-- npm run bench writes from here … -->';
  const page = `before\n${begin}\n\nold\n\n<!-- … to here. -->\nafter\n`;
  expect(withRegion(page, 'new')).toBe(page.replace('old', 'new'));
  expect(withRegion(withRegion(page, 'newer'), 'old')).toBe(page);
  expect(() => withRegion(page.replace(begin, ''), 'new')).toThrow(
    'The docs have no place for the figures',
  );
});

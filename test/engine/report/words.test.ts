import { expect, test } from 'vitest';
import { wrapText } from '#engine/report/words.ts';

const wrapped = (...lines: readonly string[]) => wrapText(lines.join('\n'), 40);

test('lines break between words, below where their column begins', () => {
  expect(
    wrapped(
      'short',
      '✖ Not so: every VIP is held once, by the right node',
      '  fix    Make the hosts answer, and see that all went well: 12 s',
      '         npm run deploy -- inventory/prod.yaml --limit node1',
      '           npm run deploy -- inventory/prod.yaml --limit node1',
      'node1  1  2  0  13 s  gate 9.4 s, applying 3.1 s',
      'node[1-4,6,8-16,18-26,28-36,38-46,48-56,58]  ok',
    ),
  ).toMatchInlineSnapshot(`
    "short
    ✖ Not so: every VIP is held once, by the
      right node
      fix    Make the hosts answer, and see
             that all went well: 12 s
             npm run deploy --
             inventory/prod.yaml --limit
             node1
               npm run deploy -- inventory/prod.yaml --limit node1
    node1  1  2  0  13 s  gate 9.4 s,
                    applying 3.1 s
    node[1-4,6,8-16,18-26,28-36,38-46,48-56,
        58]  ok"
  `);
});

test('what colours a text takes no room, and a word that is too long stays whole', () => {
  const red = '\u001b[31mone two three four five six seven\u001b[39m eighteen';
  expect(wrapped(red)).toBe('\u001b[31mone two three four five six seven\u001b[39m\neighteen');
  const path = `/etc/${'long/'.repeat(10)}`;
  expect(wrapped(`see ${path} there`)).toBe(`see\n${path}\nthere`);
});

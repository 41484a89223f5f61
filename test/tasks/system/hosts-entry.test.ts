import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import type { Task } from '#engine/model/task.ts';
import { hostsEntry } from '#tasks/system/hosts-entry.ts';

/** What is in the file once each of these is there. */
function after(content: string, ...tasks: readonly Task[]): string {
  return tasks.reduce((text, task) => {
    const fact = { type: 'file', mode: '0644', owner: 'root:root', content: text };
    const answers = new Map(
      task.reads.map(({ key }) => [key, { fact, status: 0, bytes: Buffer.of() }]),
    );
    const [field] = task.plan(new Answers(answers)).fields;
    return field === undefined ? text : `${field.after}`;
  }, content);
}

const LOCAL = '127.0.0.1 localhost\n::1\tlocalhost\n';
const db = hostsEntry({ address: '10.0.0.5', names: ['db.example', 'db'] });

test.for([
  ['an empty file', '', '10.0.0.5\tdb.example db\n'],
  [
    'a last line without an end',
    '127.0.0.1 localhost',
    '127.0.0.1 localhost\n10.0.0.5\tdb.example db\n',
  ],
  [
    'a line that has them, among others and spaced otherwise',
    '10.0.0.5   a db.example  b db # c\n',
    '10.0.0.5   a db.example  b db # c\n',
  ],
  [
    'one that has them in another order',
    '10.0.0.5 a db db.example b # c\n',
    '10.0.0.5\ta db.example db b # c\n',
  ],
  ['one of another name', '10.0.0.5 a\n', '10.0.0.5\ta db.example db\n'],
  [
    'a line of another address',
    '10.0.0.9 db\n10.0.0.8 a db\n',
    '10.0.0.8\ta\n10.0.0.5\tdb.example db\n',
  ],
  [
    'what is of the other family, or a comment',
    '::1 db\n# 10.0.0.9 db\n\n',
    '::1 db\n# 10.0.0.9 db\n\n10.0.0.5\tdb.example db\n',
  ],
])('names come to their address beside %s', ([, before, then]) => {
  expect(after(`${before}`, db)).toBe(then);
  expect(after(`${then}`, db)).toBe(then);
});

test('names of one address from several tasks stay side by side, and what it is called stays', () => {
  const more = hostsEntry({ address: '127.0.0.1', names: ['here'] });
  const and = hostsEntry({ address: '127.0.0.1', names: ['there'] });
  const both = '127.0.0.1\tlocalhost here there\n::1\tlocalhost\n';
  expect(after(LOCAL, more, and)).toBe(both);
  expect(after(both, and, more)).toBe(both);
});

test('a line of blanks, as long as a host may make one, is looked through once', () => {
  const long = `10.0.0.9${' '.repeat(300_000)}#\u2028\n`;
  expect(after(long, db)).toBe(`${long}10.0.0.5\tdb.example db\n`);
});

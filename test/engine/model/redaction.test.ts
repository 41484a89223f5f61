import { expect, test } from 'vitest';
import { holdsSecret, redact, remember, unsureEnd } from '#engine/model/redaction.ts';
import { Secret } from '#engine/model/secret.ts';
import { differences } from '#engine/model/state.ts';
import { quote } from '#engine/shell/quote.ts';

const CANARY = `cañary's "7f3a91" \\ & ü`;
const KEY = '-----BEGIN KEY-----\nMIIBPAIBAAJBAPTMNIyH\nImcbNkqAKnELzFAPSBeE\n-----END KEY-----\n';

remember(CANARY);
remember(KEY);
remember('pässwörd-17');

test('a secret is found in the clear and as JSON, a shell, base64 and a URL have it', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const texts = [
    CANARY,
    JSON.stringify({ a: [CANARY] }),
    quote(CANARY),
    encodeURIComponent(CANARY),
    `https://user:${encodeURIComponent('pässwörd-17')}@host/`,
    KEY,
    `| MIIBPAIBAAJBAPTMNIyH |`,
  ];
  expect(texts.map((text) => redact(`<${text}>`))).toEqual([
    '<••••••>',
    '<{"a":["••••••"]}>',
    "<'••••••'>",
    '<••••••>',
    '<https://user:••••••@host/>',
    '<••••••>',
    '<| •••••• |>',
  ]);
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    expect(redact(base64(`${before}${CANARY} and more`))).toMatch(/••••••/);
    expect(redact(base64(`${before}${CANARY}`)).length).toBeLessThan(24);
  }
});

test('what is too short, or a word of every text, is let through', () => {
  for (const text of ['abc', '', '  x\n', 'true', 'None']) remember(text);
  expect(redact('abc x true None')).toBe('abc x true None');
  expect(holdsSecret('abc')).toBe(false);
});

test('a number is found by itself, but not as one of JSON, or within a longer one', () => {
  remember('5432');
  expect(redact('port 5432, x5432y 15432 54321 0.5432 5432.5 {"ms":5432,"port":"5432"}')).toBe(
    'port ••••••, x••••••y 15432 54321 0.5432 5432.5 {"ms":5432,"port":"••••••"}',
  );
  expect(differences({ port: 5432 }, undefined)).toEqual([
    { name: 'port', before: undefined, after: expect.any(Secret) },
  ]);
});

test('the end of a text that a secret may begin with is known', () => {
  expect(['pass the p', 'pass the pä', 'pässwörd-1', 'pässwörd-17', 'xyz'].map(unsureEnd)).toEqual([
    1, 2, 10, 0, 0,
  ]);
});

test('a text with a secret in it is a secret where a task wants it', () => {
  const fields = differences(
    { body: 'x pässwörd-17\n', mode: '0644' },
    { body: 'x yesterday\n', mode: '0600' },
  );
  expect(fields).toEqual([
    { name: 'body', before: 'x yesterday\n', after: expect.any(Secret) },
    { name: 'mode', before: '0600', after: '0644' },
  ]);
});

test('a secret that is coloured in parts is found, and then has no colours', () => {
  remember('tr0ub4d0r-canary');
  const found = '\u001b[01;31m\u001b[Ktr0ub4d0r\u001b[m\u001b[K-canary';
  expect(redact(`\u001b[1mpw\u001b[m=${found}`)).toBe('pw=••••••');
  const link = '\u001b]8;;file:///x\u0007tr0ub4d0r\u001b]8;;\u001b\\\u001b(B\u001b[m-canary';
  expect(redact(link)).toBe('••••••');
  expect(redact('\u001b[1mtr0ub4d0r\u001b[m')).toBe('\u001b[1mtr0ub4d0r\u001b[m');
  expect(redact('\u001b[1mtr0ub4d0r-canary\u001b[m')).toBe('\u001b[1m••••••\u001b[m');
  // Another secret that it begins with makes it no less of one.
  remember('tr0ub4d0r');
  expect(redact(`pw=${found}`)).toBe('pw=••••••');
});

test('a megabyte of what would steer a terminal, but has no end, is soon read', () => {
  for (const begun of ['\u001b]', '\u001b]8;;x', '\u001b[', '\u001b[;0', '\u001b;', '\u009b1;'])
    expect(redact(begun.repeat(2 ** 20 / begun.length))).toContain(begun);
});

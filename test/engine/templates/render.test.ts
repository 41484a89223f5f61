import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { reveal, Secret } from '#engine/model/secret.ts';
import { Pending } from '#engine/model/state.ts';
import { render } from '#engine/templates/render.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'render-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let templates = 0;
function rendering(template: string, values: Record<string, unknown>) {
  templates += 1;
  const name = `${templates}.njk`;
  writeFileSync(join(folder, name), template);
  return () => render(name, values, folder);
}

function failureOf(run: () => unknown): Partial<Failure> {
  try {
    run();
  } catch (error) {
    if (error instanceof Failure) return { message: error.message, fix: error.fix };
    throw error;
  }
  throw new Error('nothing was thrown');
}

test.for<[string, Record<string, unknown>, string]>([
  ['{{ a }}', { a: '<b> & "c"' }, '<b> & "c"'],
  ['{{ a }}', { a: '{{ b }}{% if c %}{# d #}' }, '{{ b }}{% if c %}{# d #}'],
  ['{{ a.b[1].c }}', { a: { b: [0, { c: 7 }] } }, '7'],
  [
    '{% for x in xs %}{{ x.n }}{{ loop.index }} {% endfor %}',
    { xs: [{ n: 5 }, { n: 6 }] },
    '51 62 ',
  ],
  ['{% for x in [] %}{% endfor %}{{ xs | length }}{{ xs | join("-") }}', { xs: [1, 2] }, '21-2'],
  ['{% set m = "#" if on else "" %}{{ m }}}', { on: true }, '#}'],
  ['a\n  {% if on %}\nb\n  {% endif %}\nc\n', { on: true }, 'a\nb\nc\n'],
  ['{{ image }}', { image: new Pending('unknown yet', 'not built') }, 'unknown yet'],
])('%s with %o is %s', ([template, values, expected]) => {
  expect(rendering(template, values)()).toBe(expected);
});

test.for<[string, Record<string, unknown>, string]>([
  ['{{ missing }}', {}, 'missing'],
  ['{% if missing %}x{% endif %}', {}, 'missing'],
  ['{% for x in missing %}x{% endfor %}', {}, 'missing'],
  ['{{ a.b.missing }}', { a: { b: {} } }, 'a.b.missing'],
  ['{% for x in xs %}{% if x.missing %}{% endif %}{% endfor %}', { xs: [{}] }, 'xs[0].missing'],
  ['{{ xs[1] }}', { xs: [0] }, 'xs[1]'],
  ['{{ a }}', { a: undefined }, 'a'],
  ['{{ a.constructor }}', { a: {} }, 'a.constructor'],
])('%s with %o names the variable that is missing', ([template, values, path]) => {
  expect(failureOf(rendering(template, values))).toEqual({
    message: 'The template asks for a variable that it was not given',
    fix: `Give it ${path}, or take it out of the template.`,
  });
});

test('a failure names the template', () => {
  writeFileSync(join(folder, 'named.njk'), '{{ missing }}');
  expect(() => render('named.njk', {}, folder)).toThrow(
    expect.objectContaining({ where: 'named.njk' }),
  );
});

test('a template that is none is a failure that says why', () => {
  const broken = rendering('{% if %}', {});
  expect(failureOf(broken)).toEqual({
    message: 'The template could not be rendered',
    fix: 'Mend the template where it says.',
  });
  expect(broken).toThrow(expect.objectContaining({ output: expect.stringContaining('Line 1') }));
});

test('a secret anywhere in the values makes the text a secret', () => {
  const text = rendering('{{ a.b[0] }}', { a: { b: [new Secret('hunter2')] } })();
  expect(text).toBeInstanceOf(Secret);
  expect([String(text), reveal(text)]).toEqual(['••••••', 'hunter2']);
});

import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { HostContent } from '#engine/model/state.ts';
import { task } from '#engine/model/task.ts';
import { requireGiven } from '../../cli/require-given.ts';

/** What is refused of something that a function of this name gives; undefined where it may. */
function refusalOf(name: string, given: unknown): string | undefined {
  try {
    requireGiven(name, given, 'own.ts');
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.output ?? error.message;
    throw error;
  }
}

const check = { title: 'a', readsFor: () => ({}), judge: () => [] };
const its = task({ title: 'b', desired: {}, reads: {}, inspect: () => ({}), apply: () => [] });
const read = { key: 'k', script: ':', parse: () => '' };
const watch = { scriptFor: () => ':', see: () => undefined, report: () => [] };
const finding = { what: 'a', expected: 'b', seen: 'c' };
const writing = (body: unknown) => ({
  commands: [{ kind: 'write', path: '/a', body, mode: '0644', owner: 'root:root' }],
});

test.for<readonly [name: string, wrong: readonly unknown[], refusal: string]>([
  ['ready', [[check], [], null], 'The playbook gives something else than checks'],
  ['gate', [[check], [], Promise.resolve(check)], 'The playbook gives something else than checks'],
  ['verify', [check, [[check]], 'a'], 'The playbook gives something else than checks'],
  ['tasks', [its, [its, [its]], [[[its]]]], 'The playbook gives something else than tasks'],
  ['prepare', [[[its]], its], 'The playbook gives something else than tasks'],
  ['plan', [writing(5), writing(undefined)], 'write.body must be a text'],
  ['rings', ['x', {}], 'rings() must be a list'],
  ['rings', [['a'], [['a'], 'b']], 'rings() must be a list'],
  ['watch', [{}, undefined, { ...watch, see: 5 }], 'watch() must be scriptFor, see and report'],
  ['lint', ['x', {}], 'lint() must be a list'],
  ['advise', [['x']], 'advise() must be a Failure'],
  ['judge', [undefined, 'x'], 'judge() must be a list'],
  [
    'judge',
    [['x'], [{ ...finding, seen: 5 }]],
    'judge() must be what, expected and seen, as texts',
  ],
  ['notes', ['x', {}], 'notes() must be a list'],
  ['explain', [[5]], 'explain() must be a text, and no secret'],
  ['readsFor', [undefined], 'readsFor() must be an object'],
  ['probesFor', [{ r: 5 }], 'probesFor().r must be a read: its key, its script or path, and parse'],
])('%s may not give what is of another kind', ([name, wrong, refusal]) => {
  expect(wrong.map((one) => refusalOf(name, one))).toEqual(wrong.map(() => refusal));
});

test.for<readonly [name: string, right: readonly unknown[]]>([
  ['gate', [undefined, check]],
  ['verify', [undefined, [], [check, check]]],
  ['tasks', [undefined, [], [its], [[its], []]]],
  ['plan', [...['', new Secret('a'), new HostContent(':', '')].map(writing), {}]],
  ['rings', [undefined, [], [['a'], []]]],
  ['watch', [watch]],
  ['lint', [undefined, [new Failure('a')]]],
  ['judge', [[], [finding]]],
  ['readsFor', [{}, { read, other: { key: 'k', path: '/a', parse: read.parse } }]],
])('%s may give what is of its kind', ([name, right]) => {
  expect(right.map((one) => refusalOf(name, one))).toEqual(right.map(() => undefined));
});

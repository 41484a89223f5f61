import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { DOTS, Secret } from '#engine/model/secret.ts';
import { container } from '#tasks/work/container.ts';

const NONE = { image: 'a', restart: 'always', args: [], ports: [], mounts: [] };

/** What is planned where the label of the container has this. */
function planned(made: object) {
  const task = container({ name: 'web', image: 'a', args: ['b c'], env: { TZ: 'UTC' } });
  const fact = { runs: true, made };
  const answers = task.reads.map(
    ({ key }) => [key, { fact, status: 0, bytes: Buffer.of() }] as const,
  );
  return task.plan(new Answers(new Map(answers)));
}

test('what a container has in its environment is not shown, also where it was a secret once', () => {
  const plan = planned({ ...NONE, env: { PASSWORD: 'once a secret' } });
  expect(JSON.stringify(plan)).not.toContain('once a secret');
  expect(JSON.parse(JSON.stringify(plan.fields))).toEqual([
    { name: 'args', before: '', after: 'b c' },
    { name: 'env', before: DOTS, after: DOTS },
  ]);
});

test('a container as it is wanted is left alone', () => {
  expect(planned({ ...NONE, args: ['b c'], env: { TZ: 'UTC' } }).fields).toEqual([]);
});

test('a label that somebody has made up is no answer', () => {
  const [read] = container({ name: 'web', image: 'a' }).reads;
  const parse = (label: string) => {
    const stdout = `true ${label}\n`;
    return read?.parse({ stdout, stderr: '', status: 0, bytes: Buffer.from(stdout) });
  };
  expect(parse('')).toEqual({ runs: true, made: undefined });
  for (const label of ['x', '3', '{}', '{"image":1}', JSON.stringify({ ...NONE, env: { A: 1 } })])
    expect(() => parse(label)).toThrow();
});

test('a secret is refused by a name under which podman would have it as a word of its command', () => {
  const env = { CONTAINER_TOKEN: new Secret('x'), PATH: '/bin', TOKEN: new Secret('y') };
  const { CONTAINER_TOKEN: _, ...others } = env;
  expect(() => container({ name: 'web', image: 'a', env })).toThrow(
    expect.objectContaining({ output: expect.stringContaining('env must be without secrets by') }),
  );
  expect(container({ name: 'web', image: 'a', env: others }).title).toBe('container web');
});

import { expect, test } from 'vitest';
import { carriedOf, wordsOf } from '#queue/carried.ts';
import { WaitingSlice } from '#queue/messages.ts';

test('flags that go to workers come out as the words that they were', () => {
  const flags = {
    limit: 'web:!web1',
    tags: ['config', 'pod'],
    startAtTask: '--odd title',
    forks: 8,
    repair: true,
    watch: false,
    maxGap: 1500,
    maxFail: { percent: 10 },
    ringsAtOnce: 2,
    adopt: ['keepalived.service'],
    atMost: ['reads=3m'],
  };
  const own = {
    via: 'nats://q',
    json: true,
    verbose: 1,
    diff: false,
    vaultPasswordFile: ['x'],
    dryRun: true,
  };
  expect(wordsOf(carriedOf({ ...flags, ...own }))).toMatchInlineSnapshot(`
    [
      "--repair",
      "--limit=web:!web1",
      "--start-at-task=--odd title",
      "--forks=8",
      "--rings-at-once=2",
      "--tags=config,pod",
      "--adopt=keepalived.service",
      "--at-most=reads=3m",
      "--max-fail=10%",
      "--max-gap=1500ms",
      "--no-watch",
    ]
  `);
  expect(wordsOf(carriedOf({ watch: true, maxFail: { hosts: 3 } }))).toEqual(['--max-fail=3']);
});

test('flags that cannot go are named, all at once', () => {
  const flags = { extraVars: ['password=x'], planOut: 'plan.json', limit: 'web:@hosts' };
  expect(() => carriedOf(flags)).toThrow(
    expect.objectContaining({ where: '--extra-vars, --plan-out, --limit @FILE' }),
  );
});

test('no slice leads a worker out of its checkout, or has a flag that it does not know', () => {
  const work = {
    rota: '1.0.0',
    run: '20261129T141910Z-0886',
    commit: 'a'.repeat(40),
    inventory: ['hosts.yaml'],
    mode: 'apply',
    options: {},
    slice: { index: 1, count: 2 },
  };
  const isTaken = (change: object) => WaitingSlice.safeParse({ ...work, ...change }).success;
  expect(isTaken({})).toBe(true);
  expect(isTaken({ inventory: ['inventory/..hosts/a b.yaml'] })).toBe(true);
  const paths = ['/etc/hosts', '../x', 'a/../../x', '--limit=all', '@x', 'a\nb', 'a\0'];
  for (const path of paths)
    expect([path, isTaken({ inventory: [path] }), isTaken({ playbook: path })]).toEqual([
      path,
      false,
      false,
    ]);
  const others = [
    { commit: 'main' },
    { commit: '--upload-pack=x' },
    { options: { vaultPasswordFile: ['x'] } },
    { options: { limit: '@/etc/shadow' } },
    { options: { limit: 'web,!@/etc/shadow' } },
    { run: '../x' },
    { run: '*' },
  ];
  for (const change of others) expect([change, isTaken(change)]).toEqual([change, false]);
});

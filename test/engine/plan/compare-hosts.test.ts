import { describe, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import { type FieldChange, Pending } from '#engine/model/state.ts';
import { compareHosts } from '#engine/plan/compare-hosts.ts';
import { saveHost } from '#engine/plan/saved-host.ts';
import { formatDrift } from '#engine/report/plan.ts';
import type { HostPlan } from '#engine/run/plan.ts';
import { hostPlan, SEAL } from './plans.ts';

function drift(then: HostPlan, now: HostPlan): string {
  const tasks = compareHosts(saveHost(then, SEAL), saveHost(now, SEAL));
  return tasks.length === 0 ? '' : formatDrift('node1', tasks).split('\n').slice(2).join('\n');
}

function body(before: FieldChange['before'], after: FieldChange['after'] = 'a\nnew\n') {
  return [{ name: 'content', before, after }];
}

test('equal plans have no drift', () => {
  const plan = () => hostPlan({ conf: body(new Secret('x'), new Secret('y')), same: [] });
  expect(drift(plan(), plan())).toBe('');
});

describe('drift is shown from what the plan saw to what is there now', () => {
  test('where a byte of a file that is to be changed is another', () => {
    const plan = hostPlan({ conf: body('a\nold\n') });
    expect(drift(plan, hostPlan({ conf: body('a\nodd\n') }))).toMatchInlineSnapshot(`
      "--- conf
      +++ conf
      @@ -1,2 +1,2 @@
       a
      -old
      +odd"
    `);
  });

  test('where what was as it is wanted no longer is', () => {
    expect(
      drift(hostPlan({ conf: [] }), hostPlan({ conf: body('a\nodd\n') })),
    ).toMatchInlineSnapshot(`
      "--- conf
      +++ conf
      @@ -1,2 +1,2 @@
       a
      -new
      +odd"
    `);
  });

  test('where somebody made the change, and where the file has gone', () => {
    const plan = hostPlan({ conf: body('a\nold\n') });
    expect(drift(plan, hostPlan({ conf: [] }))).toMatchInlineSnapshot(`
      "--- conf
      +++ conf
      @@ -1,2 +1,2 @@
       a
      -old
      +new"
    `);
    expect(drift(plan, hostPlan({ conf: body(undefined) }))).toMatchInlineSnapshot(`
      "--- conf
      +++ (absent)
      @@ -1,2 +0,0 @@
      -a
      -old"
    `);
  });

  test('where a secret is another, without a side of it', () => {
    const plan = hostPlan({ conf: body('canary-1', new Secret('canary-2')) });
    const now = hostPlan({ conf: body('canary-3', new Secret('canary-2')) });
    expect(drift(plan, now)).toMatchInlineSnapshot(`
      "conf
        content: •••••• → ••••••"
    `);
  });

  test('where what was unknown has become known', () => {
    const plan = hostPlan({ image: body('x@1', new Pending('x@DIGEST', 'until it is built')) });
    expect(drift(plan, hostPlan({ image: body('x@1', 'x@2') }))).toMatchInlineSnapshot(`
      "image
        content, wanted: x@DIGEST → x@2"
    `);
  });

  test('where a task is there that was not', () => {
    const now = hostPlan({ conf: [], more: body('a', 'b') });
    expect(drift(hostPlan({ conf: [] }), now)).toMatchInlineSnapshot(`
      "more
        task: (absent) → planned"
    `);
  });

  test('where the same change would do something else to the VIPs', () => {
    const does = (text: string) =>
      hostPlan({ conf: body('a') }, { impact: { text, moves: [], gapMs: 0 } });
    expect(drift(does('reload, no VIP moves'), does('it moves'))).toMatchInlineSnapshot(`
      "impact
        impact: reload, no VIP moves → it moves"
    `);
  });

  test('where the changes are the same, but not the answers or commands that they are from', () => {
    const plan = hostPlan({ conf: body('a') });
    expect(drift(plan, { ...plan, state: 'b'.repeat(64) })).toMatch(
      /^the same changes, from another state\n {2}state: [0-9a-f]{12} → [0-9a-f]{12}$/,
    );
    const others = [{ kind: 'remove', path: '/a' } as const];
    const [stage = []] = plan.stages;
    const now = { ...plan, stages: [stage.map((task) => ({ ...task, commands: others }))] };
    expect(drift(plan, now)).toMatchInlineSnapshot(`
      "conf
        commands: those of the plan → others"
    `);
  });
});

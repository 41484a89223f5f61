import { expect, test } from 'vitest';
import { formatHistory } from '#engine/report/history.ts';

test('below the runs stands what the results mean that are among them', () => {
  const run = { owner: 'anna@desk', what: 'deploy', plan: undefined, paths: [] };
  const rows = [
    {
      ...run,
      run: 'b',
      since: '2026-11-02T08:00:01.000Z',
      outcomes: { n1: 'undone', n2: 'ended' },
    },
    { ...run, run: 'a', since: '2026-11-01T08:00:01.000Z', outcomes: { n1: 'done' } },
  ] as const;
  expect(formatHistory(rows)).toMatchInlineSnapshot(`
    "run  when (UTC)           who        what    result
    b    2026-11-02 08:00:01  anna@desk  deploy  n1 undone, n2 ended
    a    2026-11-01 08:00:01  anna@desk  deploy  n1 done

    done: passed its gate, and stays
    ended: had no gate to pass, and stays as far as it came
    undone: did not pass its gate, or was cut off: what it changed is as it was before
    "
  `);
  expect(formatHistory(rows, 40).split('\n\n')).toMatchInlineSnapshot(`
    [
      "run         b
    when (UTC)  2026-11-02 08:00:01
    who         anna@desk
    what        deploy
    result      n1 undone, n2 ended",
      "run         a
    when (UTC)  2026-11-01 08:00:01
    who         anna@desk
    what        deploy
    result      n1 done",
      "done: passed its gate, and stays
    ended: had no gate to pass, and stays as far as it came
    undone: did not pass its gate, or was cut off: what it changed is as it was before
    ",
    ]
  `);
  expect(formatHistory([])).toBe('The nodes know of no run\n');
});

import { describe, expect, test } from 'vitest';
import { watched } from './timeline.ts';

const ALWAYS = [0, 10_000] as const;
const moved = { n1: [[0, 4000]], n3: [[4400, 10_000]] } as const;
const quiet = { nodes: 3, untilMs: 10_000, held: { n1: [ALWAYS] } } as const;

/** Owners without their times. */
const names = ({ owners }: ReturnType<typeof watched>) => owners.map(({ host }) => host);

describe('samples', () => {
  test('are those of the nodes that do not hold the VIP, and none is lost while it answers', () => {
    expect(watched(quiet)).toEqual({
      name: 'fd02:9a01::1',
      samples: 400,
      lost: 0,
      longestGapMs: 0,
      owners: [{ host: 'n1', sinceMs: 0 }],
      mostHolders: 1,
      losses: [],
      // Three adverts of a second, and the skew of the heir’s priority, 150.
      boundMs: 3414.0625,
    });
  });

  test('are lost while nobody holds the VIP, and the gap is as long as nobody answered', () => {
    const seen = watched({ ...quiet, held: moved });
    expect(seen).toMatchObject({ longestGapMs: 400, mostHolders: 1 });
    // 8 by n2, which saw all of it, 8 by n3, which held it then, and 8 by n1, which had held it.
    expect(seen.lost).toBe(24);
    expect(seen.owners).toEqual([
      { host: 'n1', sinceMs: 0 },
      { host: undefined, sinceMs: 4000 },
      { host: 'n3', sinceMs: 4400 },
    ]);
    expect(seen.losses).toEqual(
      ['n1', 'n2', 'n3'].map((host) => ({ host, sinceMs: 4000, untilMs: 4400, lost: 8 })),
    );
  });

  test('count for the time that is asked for', () => {
    const story = { ...quiet, held: moved };
    expect(watched({ ...story, report: [0, 3000] })).toMatchObject({ samples: 120, lost: 0 });
    expect(watched({ ...story, report: [5000, 6000] })).toMatchObject({
      samples: 40,
      lost: 0,
      owners: [{ host: 'n3', sinceMs: 5000 }],
    });
  });

  test('still open at the end are lost, but for those that may yet be answered', () => {
    const seen = watched({ ...quiet, held: { n1: [[0, 8000]] } });
    expect(seen.lost).toBeGreaterThan(3 * 30);
    expect(seen.longestGapMs).toBeGreaterThan(1500);
    expect(seen.longestGapMs).toBeLessThanOrEqual(2000);
    expect(watched({ ...quiet, silent: [[9800, 10_000]] })).toMatchObject({ lost: 0 });
  });

  test('of a VIP that never answers are lost from the beginning', () => {
    expect(watched({ ...quiet, held: {} })).toMatchObject({
      samples: 645,
      lost: 645,
      owners: [{ host: undefined, sinceMs: 0 }],
      mostHolders: 0,
    });
  });
});

describe('what is no loss', () => {
  test('a prober that was held up', () => {
    const stalled = { n2: [[3000, 4000]], n3: [[5000, 5300]] } as const;
    expect(watched({ ...quiet, stalled })).toMatchObject({ lost: 0, longestGapMs: 0 });
  });

  test('a prober whose own cable is out', () => {
    const cut = { n2: [[3000, 6000]] } as const;
    expect(watched({ ...quiet, cut })).toMatchObject({ lost: 0, longestGapMs: 0 });
  });

  test('lines that are held up, and clocks that are wrong, are set, or differ', () => {
    const delayMs = (host: string, atMs: number) =>
      host === 'n2' && atMs >= 3000 && atMs < 5000 ? 5000 - atMs : 0;
    const clock = (host: string, atMs: number) =>
      host === 'n1' ? atMs + 3_600_000 : host === 'n2' && atMs >= 7000 ? atMs - 60_000 : atMs;
    expect(watched({ ...quiet, delayMs, clock })).toMatchObject({ lost: 0, longestGapMs: 0 });
  });
});

describe('a gap', () => {
  test('has its length by the nodes’ clocks, however late its lines arrive', () => {
    const delayMs = (_: string, atMs: number) => (atMs >= 3800 && atMs < 4800 ? 4800 - atMs : 0);
    expect(watched({ ...quiet, held: moved, delayMs })).toMatchObject({ longestGapMs: 400 });
  });

  test('has it by the arrival of its lines where ping tells no time', () => {
    expect(watched({ ...quiet, held: moved, clock: () => undefined })).toMatchObject({
      longestGapMs: 400,
    });
  });

  test('is as long as the holder’s power is gone before the next one takes over', () => {
    const dead = { n1: [[4000, 10_000]] } as const;
    const held = { n1: [[0, 4000]], n3: [[7100, 10_000]] } as const;
    const seen = watched({ ...quiet, held, dead });
    expect(seen).toMatchObject({ longestGapMs: 3100, mostHolders: 1 });
    expect(names(seen)).toEqual(['n1', undefined, 'n3']);
  });

  test('is seen in a ring of two, whose only other node is the one that died', () => {
    const dead = { n1: [[4000, 10_000]] } as const;
    const held = { n1: [[0, 4000]], n2: [[7100, 10_000]] } as const;
    const seen = watched({ nodes: 2, untilMs: 10_000, held, dead });
    expect(seen).toMatchObject({ longestGapMs: 3100 });
  });

  test('is none in a ring of two for the node whose own cable is out', () => {
    const cut = { n2: [[4000, 10_000]] } as const;
    const held = { n1: [ALWAYS], n2: [[7400, 10_000]] } as const;
    expect(watched({ nodes: 2, untilMs: 10_000, held, cut })).toMatchObject({ lost: 0 });
  });
});

describe('owners', () => {
  test('a move under which two hold the VIP for a moment is no split brain', () => {
    const seen = watched({ ...quiet, held: { n3: [[0, 5100]], n1: [[5000, 10_000]] } });
    expect(names(seen)).toEqual(['n3', 'n1']);
    expect(seen.mostHolders).toBe(1);
  });

  test('two that hold it for longer are counted, and the one that took it last is the owner', () => {
    const seen = watched({ ...quiet, held: { n1: [ALWAYS], n3: [[5000, 7000]] } });
    expect(names(seen)).toEqual(['n1', 'n3', 'n1']);
    expect(seen.mostHolders).toBe(2);
  });

  test('a moment in which none was seen to hold it, since one was looked at first, is none', () => {
    const seen = watched({ ...quiet, held: { n3: [[0, 5000]], n1: [[5100, 10_000]] } });
    expect(names(seen)).toEqual(['n3', 'n1']);
  });

  test('what the first look at a node shows, it has held since it began to tell', () => {
    const late = {
      delayMs: (host: string, atMs: number) => (host === 'n1' && atMs === 0 ? 400 : 0),
    };
    expect(names(watched({ ...quiet, ...late, report: [100, 10_000] }))).toEqual(['n1']);
  });

  test('a node that says nothing any more holds nothing', () => {
    const dead = { n1: [[4000, 10_000]] } as const;
    expect(watched({ ...quiet, dead })).toMatchObject({
      owners: [
        { host: 'n1', sinceMs: 0 },
        { host: undefined, sinceMs: 3950 },
      ],
    });
  });

  test('of a ring of one are all that there is to see', () => {
    expect(watched({ nodes: 1, untilMs: 5000, held: { n1: [[0, 5000]] } })).toMatchObject({
      samples: 0,
      lost: 0,
      owners: [{ host: 'n1', sinceMs: 0 }],
    });
  });
});

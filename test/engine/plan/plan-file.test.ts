import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Failure } from '#engine/model/failure.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, type FieldChange, Pending } from '#engine/model/state.ts';
import { readPlan, writePlan } from '#engine/plan/plan-file.ts';
import { flagsOf } from '#engine/plan/saved-flags.ts';
import { saveHost, showHost } from '#engine/plan/saved-host.ts';
import { PLAN_FORMAT, SavedPlan } from '#engine/plan/saved-plan.ts';
import { formatPlans } from '#engine/report/plan.ts';
import { hostPlan, KEY, SEAL, savedPlan } from './plans.ts';

const CANARY = 'canary-7f3a91';
const YESTERDAY = 'canary-of-yesterday';

const FIELDS: readonly FieldChange[] = [
  { name: 'mode', before: '0644', after: '0600' },
  { name: 'live', before: undefined, after: 1 },
  { name: 'body', before: 'a\nb\n', after: 'a\nc\u001b[2J\n' },
  { name: 'image', before: 'x@1', after: new Pending('x@DIGEST', 'until it is built') },
  { name: 'large', before: Digest.of('x'), after: 'y' },
  { name: 'password', before: YESTERDAY, after: new Secret(CANARY) },
  { name: 'key', before: undefined, after: new Secret(`${CANARY}\n${CANARY}\n`) },
  { name: 'old key', before: new Secret(YESTERDAY), after: 'none' },
];

const PLAN = hostPlan(
  { conf: FIELDS, same: [] },
  {
    stages: [
      [
        {
          title: 'conf',
          fields: FIELDS,
          commands: [{ kind: 'run', title: 'set', script: new Secret(`set ${CANARY}`) }],
        },
        { title: 'same', fields: [], commands: [] },
      ],
    ],
    impact: { text: 'reload, no VIP moves', moves: [], gapMs: 0 },
  },
);
const TEXT = writePlan(savedPlan([saveHost(PLAN, SEAL)]), KEY);

/** What reading a text says. */
function failureOf(text: string): Pick<Failure, 'message' | 'where'> {
  try {
    readPlan(text, 'plan.json');
  } catch (error) {
    if (error instanceof Failure) return { message: error.message, where: error.where };
    throw error;
  }
  throw new Error('It was read');
}

test('a plan that is read back is shown as the dry run was', () => {
  const [host] = readPlan(TEXT, 'plan.json').plan.hosts;
  if (host === undefined) throw new Error('no host');
  const shown = formatPlans([showHost(host)]);
  expect(shown).toBe(formatPlans([PLAN]));
  expect(shown).toContain('node1  reload, no VIP moves');
  expect(shown).toContain('key: new, secret');
});

test('no secret is in it, of today or yesterday, nor a hash of one that could be guessed at', () => {
  for (const secret of [CANARY, YESTERDAY, `${CANARY}\n${CANARY}\n`, `set ${CANARY}`]) {
    expect(TEXT).not.toContain(secret);
    for (const encoded of [secret, JSON.stringify(secret)])
      expect(TEXT).not.toContain(createHash('sha256').update(encoded).digest('hex'));
  }
  expect(TEXT).not.toContain(PLAN.state);
});

test('what a plan says has a format of its own: another shape, another number', () => {
  const shape = createHash('sha256')
    .update(JSON.stringify(z.toJSONSchema(SavedPlan)))
    .digest('hex');
  expect({ format: PLAN_FORMAT, shape: shape.slice(0, 12) }).toMatchInlineSnapshot(`
    {
      "format": 4,
      "shape": "317f29d3d4ce",
    }
  `);
});

test('the options of a rollout come back as they were, those without a limit too', () => {
  const bold = {
    ...CAREFUL,
    ringsAtOnce: 2,
    maxFail: { percent: 10 },
    maxGapMs: 500,
    watch: false,
  };
  for (const rollout of [CAREFUL, bold]) {
    const text = writePlan({ ...savedPlan([]), rollout }, KEY);
    expect(readPlan(text, 'plan.json').plan.rollout).toEqual(rollout);
  }
  expect(flagsOf(CAREFUL)).toEqual([]);
  expect(flagsOf(bold).join(' ')).toBe(
    '--rings-at-once 2 --max-fail 10% --max-gap 500ms --no-watch',
  );
});

test('the same secret has one hash in a plan’s place, and another in every other', () => {
  const field = (name: string, planId = SEAL.planId) =>
    saveHost(hostPlan({ t: [{ name, before: undefined, after: new Secret(CANARY) }] }), {
      key: KEY,
      planId,
    }).stages[0]?.[0]?.fields[0]?.after;
  expect(field('a')).toEqual(field('a'));
  expect(field('a')).not.toEqual(field('b'));
  expect(field('a')).not.toEqual(field('a', 'fedcba9876543210'));
});

describe('a file that cannot be used is told in a sentence', () => {
  test.for([
    ['nothing', ''],
    ['garbage', '\u0000\u001b[2J{{{'],
    ['a part of one', TEXT.slice(0, 700)],
    ['something else in JSON', '[1, 2]'],
    ['null', 'null'],
  ])('%s', ([, text = '']) => {
    expect(failureOf(text)).toEqual({
      message: 'The file is no saved plan, or only a part of one',
      where: 'plan.json',
    });
  });

  test('of another format', () => {
    for (const format of [PLAN_FORMAT - 1, PLAN_FORMAT + 1])
      expect(failureOf(TEXT.replace(/"rotaPlan": \d+/, `"rotaPlan": ${format}`)).message).toBe(
        'The plan was saved in a format that this rota does not know',
      );
  });

  test('saved before a rollout told what it takes over: of an older format, and not damaged', () => {
    const { plan } = readPlan(TEXT, 'plan.json');
    const { takeOver: _, ...rollout } = plan.rollout;
    const old = { ...JSON.parse(TEXT), rotaPlan: 2, plan: { ...plan, rollout } };
    expect(failureOf(JSON.stringify(old)).message).toBe(
      'The plan was saved in a format that this rota does not know',
    );
  });

  test.for([
    ['a value', '"0600"', '"0777"'],
    ['a host', '"node1"', '"node2"'],
    ['a type', '"0600"', '600'],
    ['an identity that leads elsewhere', `"${SEAL.planId}"`, '"../../etc/passwd"'],
    ['a key more', '"targets"', '"more": 1, "targets"'],
    ['a key less', '"created"', '"createdd"'],
  ])('edited: %s', ([, old = '', by = '']) => {
    expect(TEXT).toContain(old);
    expect(failureOf(TEXT.replaceAll(old, by)).message).toBe(
      'The plan was changed after it was saved',
    );
  });

  test('edited, with its open hash made to fit: the seal is not', () => {
    const { plan } = readPlan(TEXT, 'plan.json');
    const forged = writePlan({ ...plan, targets: ['node9'] }, Buffer.alloc(32, 8));
    expect(readPlan(TEXT, 'plan.json').isSealedWith(KEY)).toBe(true);
    expect(readPlan(forged, 'plan.json').isSealedWith(KEY)).toBe(false);
  });
});

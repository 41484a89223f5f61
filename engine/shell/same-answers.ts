import { createHash } from 'node:crypto';
import type { RawAnswer, Read } from '#engine/model/read.ts';
import { isOf, questionsOf } from './batch.ts';

/** A read with what a host has answered to it. */
export interface AnsweredRead {
  readonly read: Read<unknown>;
  readonly answer: RawAnswer;
}

/**
 * A piece of sh whose last command asks reads again, with as many processes as the first time, and succeeds
 * where the answers are the same, byte for byte. What failed before is never the same.
 */
export function sameAnswers(answered: readonly AnsweredRead[], mark: string): string {
  const reads = answered.map(({ read }) => read);
  const { shared, questions, looks } = questionsOf(reads, mark);
  const parts = questions.map((question) => `${question} 2>/dev/null; printf '\\n%s\\n' "$?"`);
  return `same_answers() {
{ ${shared}${parts.join('\n')}; } | sha256sum -c /proc/self/fd/3 3<<END >/dev/null 2>&1
${hashAnswers(printed(answered, looks, mark))}  -
END
}
same_answers`;
}

/** What the scripts of the reads print where these are the answers. */
function printed(
  answered: readonly AnsweredRead[],
  looks: ReturnType<typeof questionsOf>['looks'],
  mark: string,
): readonly RawAnswer[] {
  const answers = answered.flatMap(({ read, answer }) => ('path' in read ? [] : [answer]));
  const told = looks.map((look) => {
    const of = answered.flatMap(({ read, answer }) =>
      isOf(look, read) ? [[read.path, answer] as const] : [],
    );
    return { status: 0, bytes: look.join(new Map(of), mark) };
  });
  return [...answers, ...told];
}

/** The SHA-256, in hex, of answers in order. */
export function hashAnswers(answers: readonly RawAnswer[]): string {
  const hash = createHash('sha256');
  for (const { bytes, status } of answers) hash.update(bytes).update(`\n${status}\n`);
  return hash.digest('hex');
}

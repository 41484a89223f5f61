import { createHash } from 'node:crypto';
import type { Read } from '#engine/model/read.ts';
import { quote } from './quote.ts';

/** What a host printed for a read, before it was parsed. */
export interface RawAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** The SHA-256, in hex, of answers in order: what `hashAnswersScript` prints on an unchanged host. */
export function hashAnswers(answers: readonly RawAnswer[]): string {
  const hash = createHash('sha256');
  for (const { bytes, status } of answers) hash.update(bytes).update(`\n${status}\n`);
  return hash.digest('hex');
}

/** An sh command that asks the reads again and prints the SHA-256 of their answers, as sha256sum does. */
export function hashAnswersScript(reads: readonly Read<unknown>[]): string {
  const parts = reads.map(
    ({ script }) => `( eval ${quote(script)} ) </dev/null 2>/dev/null; printf '\\n%s\\n' "$?"`,
  );
  return `{ ${parts.join('\n')}; } | sha256sum`;
}

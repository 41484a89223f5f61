import type { Answers } from '#engine/model/answers.ts';
import type { Check } from '#engine/model/check.ts';
import { Failure } from '#engine/model/failure.ts';
import { each, must, optional, PLAIN, type Rules } from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { quote } from '#engine/shell/quote.ts';

/** Where a check is asked, and for how long. */
export interface HostCheckOptions {
  /** Names of the hosts that are asked; left out: all. In a gate most often `done`. */
  readonly on?: readonly string[];
  /** How long it may take after a change until it holds; a minute, when left out. */
  readonly deadlineMs?: number;
}

/** What must hold of them. */
export const HOST_OPTIONS: Rules<HostCheckOptions> = {
  on: optional(each(PLAIN)),
  deadlineMs: optional(must((ms) => Number.isFinite(ms) && Number(ms) >= 0, 'milliseconds')),
};

interface HostQuestion extends HostCheckOptions {
  /** What is expected of each host. */
  readonly title: string;
  /** Succeeds where all is well, and else says what is not, in its last line. Changes nothing. */
  readonly script: string;
  /** What is wrong with what a script that succeeded printed; left out: nothing ever is. */
  wrongIn?(text: string): string | undefined;
}

/** A check that asks hosts one by one, each by a script that it runs itself. */
export function eachHost(question: HostQuestion): Check {
  const { title, on, deadlineMs = 60_000 } = question;
  const isAsked = (host: string) => on === undefined || on.includes(host);
  const read = readOf(question);
  return {
    ...{ title, spacingMs: 1000, deadlineMs, patienceMs: 5000 },
    readsFor: (host) => (isAsked(host) ? { read } : {}),
    judge: (sample) => {
      const asked = [...sample].filter(([host]) => isAsked(host));
      // A gate that nobody was asked about is none: the name may be wrong, or left out by --limit.
      if (asked.length === 0 && on !== undefined && on.length > 0)
        return [
          { what: on.join(', '), expected: title, seen: 'nobody in this run who could be asked' },
        ];
      return asked.flatMap(([what, answers]) => {
        const seen = seenBy(answers, read);
        return seen === undefined ? [] : [{ what, expected: title, seen }];
      });
    },
  };
}

function seenBy(answers: Answers | Failure, read: Read<string | undefined>): string | undefined {
  const seen = answers instanceof Failure ? answers : answers.result(read);
  return seen instanceof Failure ? seen.message : seen;
}

/** What is seen instead of what is expected. */
function readOf({ title, script, wrongIn }: HostQuestion): Read<string | undefined> {
  return {
    key: `check ${title}: ${script}`,
    script: `( eval ${quote(script)} ) 2>&1; printf '\\n%s' "$?"`,
    parse: ({ stdout }) => {
      const end = stdout.lastIndexOf('\n');
      const [text, status] = [stdout.slice(0, end), stdout.slice(end + 1)];
      if (status === '0') return wrongIn?.(text);
      return text.trim().split('\n').at(-1) || `exit ${status}`;
    },
  };
}

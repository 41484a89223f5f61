import type { Answers } from './answers.ts';
import type { Failure } from './failure.ts';
import type { Reads } from './read.ts';

/** One thing that is not as it should be, in words: "backup 1: expected on node1, seen on node2". */
export interface Finding {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** `backup 1: expected on node1, seen on node2`. */
export function findingText({ what, expected, seen }: Finding): string {
  return `${what}: expected ${expected}, seen ${seen}`;
}

/** The first of them, and how many there are beside it. */
export function findingsText([first, ...others]: readonly Finding[]): string {
  if (first === undefined) return '';
  return `${findingText(first)}${others.length === 0 ? '' : `, and ${others.length} more`}`;
}

/** Answers per host; a Failure for a host that could not be asked. */
export type Sample = ReadonlyMap<string, Answers | Failure>;

/**
 * A rule that spans hosts. It is judged on one sample of all of them; no findings is a good sample.
 * After a change it passes with two good samples in a row, `spacingMs` apart, the first of them before
 * `deadlineMs`; or with a last one, probes and all, that is taken then. Where nothing was changed, one
 * good sample before `patienceMs` is enough.
 */
export interface Check {
  readonly title: string;
  readonly spacingMs: number;
  readonly deadlineMs: number;
  readonly patienceMs: number;
  /** What to ask a host; nothing for a host that has no part in it. */
  readsFor(host: string): Reads;
  /**
   * What is asked beside it in a last, longer sample, once one was good: questions that disturb the
   * host a little, such as a signal that makes a daemon tell its state. Never asked in a dry run.
   */
  probesFor?(host: string): Reads;
  /** `earlier`: the samples of the same wait before this one, the oldest first, a hundred at most. */
  judge(sample: Sample, earlier: readonly Sample[]): readonly Finding[];
  /** What is worth saying also when it passes, such as who took a node off duty. */
  notes?(sample: Sample, earlier: readonly Sample[]): readonly string[];
  /** Lines that help to explain findings, such as a log's last ones, from the same samples. */
  explain?(sample: Sample, earlier: readonly Sample[]): readonly string[];
}

import { Answers } from '#engine/model/answers.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';

/** What a node answers whose keepalived has loaded this. */
export function whereLoaded(configuration: string): Answers {
  const fact = { running: 1, others: [], isLoaded: true, pod: '', configuration };
  return new Answers(new Map([[keepalivedProcess.key, { fact, status: 0, bytes: Buffer.of() }]]));
}

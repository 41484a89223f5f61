import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest first: started last, each would be waited for while nothing else is left to do. With
 * the first of them those that wait for no saved lab, which it makes meanwhile.
 */
const SLOW = `
drill campaign connections unreachable exec package
killed changes first-contact verify deploy faults gates rings growth busybox members older-rota removal
image drain bad-surroundings watch recreate recreate-killed watch-alone become kubelet plan look
runtimes build-host lab
`
  .trim()
  .split(/\s+/);

/** On a fresh clone vitest knows no times, and starts with the files that are large. */
export default class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOW.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
      return at === -1 ? SLOW.length : at;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes: started last, each would be waited for while nothing else is left to do. */
const SLOW = [
  ...['faults', 'deploy', 'killed', 'drill', 'changes', 'gates', 'verify', 'rings'],
  ...['busybox', 'drain', 'become', 'removal', 'plan', 'recreate', 'recreate-killed', 'members'],
];

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

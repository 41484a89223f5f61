import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes: started last, each would be waited for while nothing else is left to do. */
const SLOW = [
  ...['drill', 'changes', 'deploy', 'killed', 'faults', 'rings', 'gates', 'verify', 'removal'],
  ...[
    'busybox',
    'members',
    'drain',
    'older-rota',
    'watch',
    'plan',
    'recreate',
    'watch-alone',
    'become',
  ],
  ...['recreate-killed', 'bad-surroundings', 'image', 'kubelet', 'look'],
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

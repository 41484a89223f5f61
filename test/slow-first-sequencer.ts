import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The slowest first: started last, each would be waited for while nothing else is left to do. With
 * the first of them those that wait for no saved lab, which it makes meanwhile.
 */
const SLOW_LABS = `
drill campaign connections unreachable exec package
killed changes first-contact verify deploy faults gates rings growth busybox members older-rota removal
image drain bad-surroundings watch recreate recreate-killed watch-alone become kubelet plan look
runtimes build-host lab
`;
/** Unit tests fill the cores while the last labs wait for VRRP. */
const SLOW_UNITS = `
engine/shell/undo engine/rollout/roll-out lib/ssh/login-shell engine/remote/host-shell
lib/ansible-inventory/mutations keepalived/injection engine/shell/compile
`;
const wordsOf = (text: string) => text.trim().split(/\s+/);
const ORDER = [
  ...wordsOf(SLOW_LABS).map((name) => `/test/e2e/${name}.test.ts`),
  '/test/e2e/',
  ...wordsOf(SLOW_UNITS).map((name) => `/test/${name}.test.ts`),
  '',
];

/** On a fresh clone vitest knows no times, and starts with the files that are large. */
export default class SlowFirstSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      ORDER.findIndex((path) => moduleId.includes(path));
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

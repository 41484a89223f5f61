import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that wait for no saved lab, which the first of them makes meanwhile. */
const FIRST_LABS = 'drill campaign connections unreachable exec package';
/** They fill the cores while all others wait for the saved labs. */
const SLOW_UNITS = `
keepalived/injection engine/rollout/roll-out engine/shell/undo lib/ansible-inventory/mutations
engine/shell/forks engine/rollout/fronts engine/shell/compile cli/runs lib/ssh/login-shell
lib/ssh/exec-over-ssh lib/ssh/real-sshd lib/ssh/kept-connection lib/ssh/openssh page/page
`;
/** The slowest first: started last, each would be waited for while nothing else is left to do. */
const SLOW_LABS = `
killed changes first-contact verify deploy faults gates rings growth busybox members older-rota removal
image drain bad-surroundings watch recreate recreate-killed watch-alone become kubelet plan look
runtimes build-host lab
`;
const filesIn = (folder: string, names: string) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => `${folder}/${name}.test.ts`);
const ORDER = [
  ...filesIn('/test/e2e', FIRST_LABS),
  ...filesIn('/test', SLOW_UNITS),
  ...filesIn('/test/e2e', SLOW_LABS),
  '/test/e2e/',
  // The other unit tests fill the cores while the last labs wait for VRRP.
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

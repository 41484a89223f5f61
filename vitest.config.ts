import { defineConfig } from 'vitest/config';
import { measureMachine } from './test/machine.ts';
import SlowFirstSequencer from './test/slow-first-sequencer.ts';

const machine = measureMachine();

/** What a busy machine may take for what ends by itself: only a test that hangs waits so long. */
const patience = {
  testTimeout: 300_000 * machine.slowness,
  expect: { poll: { timeout: 120_000 * machine.slowness, interval: 200 } },
};

/** A bash whose stdin is a socket, as Node's are, runs the user's ~/.bashrc unless a shell has started it. */
const env = { SHLVL: '1' };

export default defineConfig({
  test: {
    sequence: { sequencer: SlowFirstSequencer },
    reporters: ['default', './test/closing-line-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          env,
          ...patience,
          hookTimeout: patience.testTimeout,
          isolate: false,
          maxWorkers: machine.labs,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: './test/e2e/support/suite.ts',
          provide: { machine },
          env,
          ...patience,
          // Where cores are busy, a lab waits for the others to end.
          hookTimeout: 4 * patience.testTimeout,
          isolate: false,
          maxWorkers: machine.labs,
        },
      },
    ],
  },
});

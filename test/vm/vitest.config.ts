import { defineConfig } from 'vitest/config';

/** `npm run vm-trials`: what a node of the lab cannot show, since it shares this machine's kernel. */
export default defineConfig({
  test: {
    include: ['test/vm/**/*.trial.ts'],
    reporters: ['default', './test/closing-line-reporter.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
  },
});

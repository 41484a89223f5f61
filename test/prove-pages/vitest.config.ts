import { defineConfig } from 'vitest/config';

/** `npm run prove`: the example of each task's page, under all that rota prove tries; and packages by dnf. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/prove-pages/pages.ts', 'test/prove-pages/dnf.ts'],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    maxWorkers: 1,
  },
});

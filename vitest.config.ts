import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    pool: 'forks',
    // Test files start brokers, daemons and keepers of their own: more than two at once starve each other on two cores.
    maxWorkers: 2,
    // Above the deadline of test/support/eventually.ts, whose words say what did not happen.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});

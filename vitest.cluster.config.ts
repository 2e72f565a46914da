import { defineConfig } from 'vitest/config'

/** Tests that need the real control plane; they share one cluster, so files run one after the other. */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 300_000,
    reporters: ['default', './test/closing-line.ts'],
  },
})

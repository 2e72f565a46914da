import { defineConfig } from 'vitest/config'

/**
 * Tests that need the real control plane, the contract suite on it among them. They share one cluster, so files run one
 * after the other; the scenarios of a file run at once, each in a namespace of its own.
 */
export default defineConfig({
  test: {
    include: ['test/cluster/**/*.test.ts', 'test/contract/**/*.test.ts'],
    env: { CONTRACT_BACKEND: 'cluster' },
    globalSetup: './test/cluster/shared-cluster.ts',
    pool: 'forks',
    fileParallelism: false,
    maxConcurrency: 12,
    testTimeout: 180_000,
    // A cold build of the cluster takes a quarter of an hour.
    hookTimeout: 1_800_000,
    reporters: ['default', './test/closing-line.ts'],
  },
})

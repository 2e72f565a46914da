import { setFlagsFromString } from 'node:v8'

/**
 * Runs something that is likely over before V8's optimizing compiler has paid off: on a machine with few cores that takes
 * as much time as the work itself. The flag is set back at the end, since the code cache is bound to V8's flags
 * (bin/run.cjs).
 *
 * @param work is handed what to call when it turns out to be long
 */
export async function withoutOptimizer<T>(work: (optimize: () => void) => Promise<T>): Promise<T> {
  // bun has no V8
  if (process.versions.bun !== undefined) return work(() => {})
  const optimize = () => setFlagsFromString('--opt')
  setFlagsFromString('--no-opt')
  try {
    return await work(optimize)
  } finally {
    optimize()
  }
}

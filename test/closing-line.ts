import type { Reporter, TestModule } from 'vitest/node'

/** Prints `N passed, N failed[, N skipped]` as the last line of a run. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap(module => [...module.children.allTests()].map(test => test.result().state))
    const count = (state: string) => states.filter(each => each === state).length
    const broken = modules.filter(module => module.state() === 'failed' && module.errors().length > 0).length
    const skipped = count('skipped') + count('pending')
    const failed = count('failed') + broken + errors.length
    console.log(`\n${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  }
}

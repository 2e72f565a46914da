import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder } from '../cluster/folders.ts'
import type { Answer } from './promql-answers.ts'

/** The real PromQL engine as a process that answers line by line (promql-oracle/main.go). */
export class PromqlOracle {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #waiting: ((answer: Answer) => void)[] = []

  private constructor(process: ChildProcessWithoutNullStreams) {
    this.#process = process
    createInterface({ input: process.stdout }).on('line', line => this.#waiting.shift()?.(JSON.parse(line)))
    process.stderr.pipe(globalThis.process.stderr)
  }

  /** Builds the program (Go keeps what it has built) and starts it. */
  static start(): PromqlOracle {
    const folder = join(import.meta.dirname, 'promql-oracle')
    const target = join(cacheFolder(), 'promql-oracle')
    mkdirSync(cacheFolder(), { recursive: true })
    const built = spawnSync('go', ['build', '-o', target, '.'], {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    if (built.status !== 0) throw new Error('the oracle could not be built: it needs Go and its module')
    return new PromqlOracle(spawn(target, [], { stdio: 'pipe' }))
  }

  ask(request: object): Promise<Answer> {
    return new Promise(resolve => {
      this.#waiting.push(resolve)
      this.#process.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }

  stop(): void {
    this.#process.stdin.end()
  }
}

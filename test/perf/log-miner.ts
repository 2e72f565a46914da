import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LogMiner } from '../../src/lib/verify/logs/miner.ts'
import { labelledLog } from '../conformance/suites/loghub.ts'
import { median } from './paired.ts'

/**
 * `npx tsx test/perf/log-miner.ts FOLDER [--rounds N]`: lines a second of the log template miner, by processor time, on the
 * sets of a folder as the loghub suite reads them, on all of them mixed, and on lines with two random words each; and for
 * the second half of each set, how many templates were born by its end against how many truly were. Bars: more than 50,000
 * lines a second; births within 5 %.
 */
const [folder] = process.argv.slice(2).filter(each => !each.startsWith('--'))
const rounds = Number(process.argv[process.argv.indexOf('--rounds') + 1]) || 5
if (folder === undefined) throw new Error('usage: npx tsx test/perf/log-miner.ts FOLDER [--rounds N]')

const sets = readdirSync(folder)
  .filter(name => name.endsWith('.csv'))
  .map(name => labelledLog(readFileSync(join(folder, name), 'utf8'), name))
let births = { found: 0, truth: 0 }
for (const { id, content, events } of sets) {
  const own = birthsOf(content, events)
  births = { found: births.found + own.found, truth: births.truth + own.truth }
  report(id, content, `births in the second half ${own.found}, truly ${own.truth}`)
}
report(
  'all, mixed',
  Array.from({ length: 2000 }, (_, index) => sets.map(({ content }) => content[index] ?? '')).flat(),
  `births ${births.found}, truly ${births.truth}`,
)
report('random words', randomLines(100_000), '')
const rssMiB = process.memoryUsage().rss / 2 ** 20
console.log(`memory of the process ${rssMiB.toFixed(0)} MiB`)

function report(name: string, lines: readonly string[], note: string): void {
  const speeds = Array.from({ length: rounds }, () => {
    const miner = new LogMiner()
    const started = process.cpuUsage()
    for (const line of lines) miner.add(line)
    const { user, system } = process.cpuUsage(started)
    return lines.length / ((user + system) / 1e6)
  })
  console.log(`${name.padEnd(14)} ${(median(speeds) / 1000).toFixed(0).padStart(4)} k lines/s   ${note}`)
}

function birthsOf(content: readonly string[], events: readonly string[]): { found: number; truth: number } {
  const miner = new LogMiner()
  const templates = content.map(line => miner.add(line))
  const newInSecondHalf = (labels: readonly unknown[]) => {
    const half = labels.length / 2
    const before = new Set(labels.slice(0, half))
    return new Set(labels.slice(half).filter(each => !before.has(each))).size
  }
  return { found: newInSecondHalf(templates.map(each => each.root.id)), truth: newInSecondHalf(events) }
}

function randomLines(count: number): string[] {
  let state = 1
  const letters = () => {
    state = (state * 48271) % 2147483647
    return state.toString(36).replace(/\d/g, 'q')
  }
  return Array.from({ length: count }, () => `request of ${letters()} was sent to ${letters()} today`)
}

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { lint } from '../../src/lib/lint/lint.ts'
import { median, ratio } from './paired.ts'

/**
 * `npx tsx test/perf/lint.ts [--rounds N] [--profile] [--example]`: lint of 500 templates against reading and parsing their YAML, in
 * turn, in one process. The templates are those of test/fixtures/lint/good, with names and queries of their own that no
 * other has; conditions repeat, as they do in life. With
 * --example they are copies of the example's template, in which there is something to find. Bar: less than twice.
 */
const many = 500
const words = process.argv.slice(2)
const rounds = Number(words[words.indexOf('--rounds') + 1]) || 15
const folderOfSources = words.includes('--example') ? 'examples/loans-api' : 'test/fixtures/lint/good'

const folder = mkdtempSync(join(tmpdir(), 'lint-'))
try {
  const sources = readdirSync(folderOfSources)
    .filter(name => name.endsWith('.yaml'))
    .map(name => readFileSync(join(folderOfSources, name), 'utf8'))
    .filter(text => /kind: (?:Cluster)?AnalysisTemplate/.test(text) && !/kind: (?:Rollout|Stage)/.test(text))
  const files = Array.from({ length: many }, (_, index) => {
    const file = join(folder, `template-${index}.yaml`)
    const text = sources[index % sources.length] ?? ''
    writeFileSync(file, numbered(text, index))
    return file
  })
  const read = () => files.map(name => ({ name, text: readFileSync(name, 'utf8') }))
  const parse = () =>
    read().map(({ text }) => parseAllDocuments(text, { merge: true, prettyErrors: false }).map(each => each.toJS()))
  const check = () => lint({ files: read() }, { version: '1.9', scrapeIntervalMs: 15_000 })
  if (words.includes('--profile')) for (let round = 0; round < 30; round++) check()
  else {
    const times = { parse: [] as number[], lint: [] as number[] }
    for (let round = -2; round < rounds; round++) {
      const parsed = timed(parse)
      const linted = timed(check)
      if (round < 0) continue
      times.parse.push(parsed)
      times.lint.push(linted)
    }
    const { median: middle, p10, p90 } = ratio(times.lint, times.parse)
    console.log(`read and parse ${many} templates: ${median(times.parse).toFixed(0)} ms of processor time`)
    console.log(
      `lint them: ${median(times.lint).toFixed(0)} ms, ${middle.toFixed(2)} times (p10-p90 ${p10.toFixed(2)}-${p90.toFixed(2)}); bar < 2`,
    )
    console.log(`${check().findings.length} findings`)
    console.log(`first run of each in a new process: npx tsx test/perf/lint.ts --rounds 1`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** With names of templates, metrics and arguments, and with queries, that no other copy has. */
function numbered(text: string, index: number): string {
  return text
    .replace(/\b((?:name|templateName): )(?=[a-z])/g, `$1v${index}-`)
    .replace(/\b(args\.)(?=[a-z])/g, `$1v${index}-`)
    .replace(/\b(value: )(shop)/g, `$1v${index}-$2`)
    .replace(/\b(\w+)_(total|bucket|sum|count|length|ratio)\b/g, words.includes('--shared') ? '$&' : `$1_${index}_$2`)
}

function timed(work: () => unknown): number {
  const started = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

import { writeFileSync } from 'node:fs'
import { hasPassed } from './fuzz.ts'
import { fuzzExpr } from './fuzz-expr.ts'
import { compareWithOracle, fuzzPromql, recordAnswers } from './fuzz-promql.ts'

/**
 * `npm run fuzz -- expr|promql [--count N] [--seed N]`: no random condition or query crashes, hangs or keeps memory.
 * `npm run fuzz -- promql --oracle [--count N] [--seed N]`: the real PromQL engine is asked the same (needs Go).
 * `npm run fuzz -- promql --record [--seed N]`: writes test/fixtures/promql/real-answers.jsonl anew (needs Go).
 * One line of summary on stdout, what is wrong on stderr.
 */
const [suite, ...words] = process.argv.slice(2)

function option(name: string, otherwise: number): number {
  const at = words.indexOf(`--${name}`)
  const given = Number(words[at + 1])
  if (at < 0) return otherwise
  if (!Number.isSafeInteger(given) || given < 0) throw new Error(`--${name} needs a whole number`)
  return given
}

const seed = option('seed', 1)

if (suite === 'promql' && words.includes('--record')) {
  const lines = (await recordAnswers(3, 130, seed)).map(each => `${JSON.stringify(each)}\n`)
  writeFileSync('test/fixtures/promql/real-answers.jsonl', lines.join(''))
  console.log(JSON.stringify({ suite: 'promql', recorded: lines.length }))
} else if (suite === 'promql' && words.includes('--oracle')) {
  const summary = await compareWithOracle(option('count', 20_000), seed, (asked, found, set) => {
    console.error(`${found.what} of series ${set} ${JSON.stringify(asked)}\n   ${found.text}`)
  })
  console.log(JSON.stringify({ suite: 'promql against the real engine', ...summary }))
  const { result, error, notes } = summary.differences
  if (result + error + notes > 0) process.exitCode = 1
} else if (suite === 'expr' || suite === 'promql') {
  const run = suite === 'expr' ? fuzzExpr : fuzzPromql
  const summary = run(option('count', suite === 'expr' ? 1_000_000 : 200_000), seed, text => console.error(text))
  console.log(JSON.stringify(summary))
  if (!hasPassed(summary)) process.exitCode = 1
} else {
  console.error('usage: npm run fuzz -- expr|promql [--oracle | --record] [--count N] [--seed N]')
  process.exitCode = 2
}

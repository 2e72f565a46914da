import { compareWithOracle } from './fuzz-promql.ts'

/**
 * `npm run fuzz -- promql --oracle [--count N] [--seed N]`: random queries, answered by the real engine and by ours.
 */
const words = process.argv.slice(2)
const option = (name: string, otherwise: number) =>
  Number(words[words.indexOf(`--${name}`) + 1] ?? Number.NaN) || otherwise
const seed = option('seed', 1)

if (words[0] === 'promql' && words.includes('--oracle')) {
  const summary = await compareWithOracle(option('count', 20_000), seed, (asked, found, set) => {
    console.error(`${found.what} set ${set} ${JSON.stringify(asked)}\n   ${found.text}`)
  })
  console.log(JSON.stringify(summary))
}

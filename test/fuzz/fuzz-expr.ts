import { evaluateCondition } from '../../src/lib/expr/condition.ts'
import type { Dialect } from '../../src/lib/expr/dialect.ts'
import { toValue } from '../../src/lib/expr/environment.ts'
import { corpusOf } from './corpus.ts'
import { randomCondition, randomResult } from './expr-conditions.ts'
import { attempted, fuzz, type Summary } from './fuzz.ts'
import { mutated } from './mutate.ts'
import { Random } from './random.ts'

const dialects: readonly Dialect[] = ['1.15', '1.17']

/** Random and mutated conditions on random results: each ends in a verdict. */
export function fuzzExpr(count: number, seed: number, report: (text: string) => void): Summary {
  const corpus = [
    ...corpusOf('conditions.jsonl', ['successCondition', 'failureCondition']),
    ...corpusOf('expr.jsonl', ['expr']),
  ]
  return fuzz('expr', count, seed, attempt, report)

  function attempt(index: number) {
    const random = new Random(seed * 1_000_003 + index)
    const condition = random.chance(0.5) ? randomCondition(random) : mutated(random, corpus)
    const result = randomResult(random)
    const dialect = random.pick(dialects)
    return attempted(
      () => `attempt ${index}, dialect ${dialect}: ${JSON.stringify(condition)}`,
      () => {
        const { phase, error } = evaluateCondition(toValue(result), condition, '', dialect, () => 0)
        return error ? `${phase} ${error.kind}` : phase
      },
    )
  }
}

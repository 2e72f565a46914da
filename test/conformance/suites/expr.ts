import { type Environment, environmentTypes } from '../../../src/lib/expr/environment.ts'
import { compile, run } from '../../../src/lib/expr/expr.ts'
import { Dictionary, type Value } from '../../../src/lib/expr/go/values.ts'
import { fromWrapped, toWrapped } from '../go-json.ts'
import type { Case, Suite } from '../suite.ts'

interface ExprCase extends Case {
  expr: string
  env: '$default' | Record<string, unknown>
  expect: { value: unknown } | { error: 'compile' | 'runtime'; message: string }
}

type Answer = { value: unknown } | { error: 'compile' | 'runtime'; message: string }

const noon = Date.UTC(2026, 0, 2, 12)

/** Go walks through maps in random order, so lists made of one can only be compared as sets. */
const showsMapOrder = /\b(?:keys|values|toPairs)\(/

function inOneOrder(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  return value.map(each => JSON.stringify(withSortedKeys(each))).sort()
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return entries.map(([key, each]) => [key, withSortedKeys(each)])
}

export function answerOf(expr: string, environment: Environment): Answer {
  const program = compile(expr, environmentTypes(environment), '1.17')
  if (program.kind === 'compile-error') return { error: 'compile', message: program.message }
  const outcome = run(program, environment, () => noon)
  if (outcome.kind === 'runtime-error') return { error: 'runtime', message: outcome.message }
  return { value: toWrapped(outcome.value) }
}

export function environmentOf(json: unknown): Environment {
  const map = fromWrapped(json)
  if (!(map instanceof Dictionary)) throw new Error('an environment is an object')
  return new Map([...map.entries.values()].map(([name, value]): [string, Value] => [String(name), value]))
}

/** expr-lang v1.17.8: the value, or the kind of error; messages are counted apart. */
export const exprSuite: Suite<ExprCase> = {
  compare({ expr, env, expect }, companion) {
    const environment = environmentOf(env === '$default' ? JSON.parse(companion('expr.env.json')) : env)
    const actual = answerOf(expr, environment)
    const reduced = (answer: Answer) => {
      if ('error' in answer) return { error: answer.error }
      return showsMapOrder.test(expr) ? { value: inOneOrder(answer.value) } : answer
    }
    const message = 'error' in expect ? expect.message : undefined
    return {
      expected: reduced(expect),
      actual: reduced(actual),
      ...(message !== undefined
        ? { messages: { expected: message, actual: 'error' in actual ? actual.message : '' } }
        : {}),
    }
  },
}

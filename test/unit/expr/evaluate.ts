import type { Dialect } from '../../../src/lib/expr/dialect.ts'
import { environmentTypes, toValue } from '../../../src/lib/expr/environment.ts'
import { compile, run } from '../../../src/lib/expr/expr.ts'
import { format } from '../../../src/lib/expr/go/format.ts'
import { typeName } from '../../../src/lib/expr/go/values.ts'

export const noon = Date.UTC(2026, 0, 2, 12)

/** What an expression is: `5 int`, `compile: unknown name x`, `runtime: index out of range: ...`. */
export function answer(source: string, names: Record<string, unknown> = {}, dialect: Dialect = '1.17'): string {
  const environment = new Map(Object.entries(names).map(([name, value]) => [name, toValue(value)]))
  const program = compile(source, environmentTypes(environment), dialect)
  if (program.kind === 'compile-error') return `compile: ${program.message}`
  const outcome = run(program, environment, () => noon)
  if (outcome.kind === 'runtime-error') return `runtime: ${outcome.message}`
  return `${format(outcome.value)} ${typeName(outcome.value)}`
}

import { isTime, isUnknown, natureName } from '../../expr/check/nature.ts'
import { rangeEnvironment } from '../../expr/condition.ts'
import { environmentTypes } from '../../expr/environment.ts'
import { compile } from '../../expr/expr.ts'
import { evaluateRange } from '../../promql/promql.ts'
import { MemoryStorage } from '../../promql/storage/memory-storage.ts'
import { dialectOf } from '../model/condition-model.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { isMap, mapOf, textOf } from '../model/plain.ts'
import type { Project } from '../model/project.ts'
import type { Rule } from '../rule.ts'
import type { Path } from '../sources/path.ts'

export const queryType: Rule = {
  id: 'CA033',
  name: 'query-type',
  severity: 'error',
  title: 'A query whose answer the controller cannot use, or a range query without a valid range',
  explanation:
    'The controller takes numbers and vectors; a text is refused (unexpected value type "string"). A rangeQuery needs a query of type vector or scalar, and start and end that yield a time, such as now() - duration("5m").',
  hint: 'return a vector or a scalar, and times for start and end',
  example: {
    wrong: 'rangeQuery:\n  start: "-5m"',
    right: "rangeQuery:\n  start: now() - duration('5m')\n  end: now()\n  step: 1m",
  },
  check(project, report) {
    for (const { document, metrics } of project.specs)
      for (const metric of metrics)
        for (const [steps, message] of problemsOf(metric, project))
          report({ document, path: metric.providerPath(...steps) }, message)
  },
}

function* problemsOf(metric: MetricModel, { options: { version } }: Project): Generator<[Path, string]> {
  const { query, config } = metric
  if (query?.description?.type === 'string') yield [['query'], 'unexpected value type "string"']
  if (metric.provider !== 'prometheus' || !isMap(config.rangeQuery)) return
  if (query?.query && query.description?.type === 'matrix') {
    const answer = evaluateRange(query.query, new MemoryStorage([]), { startMs: 0, endMs: 0, stepMs: 1000 })
    if ('message' in answer) yield [['query'], answer.message.replace(/^\d+:\d+: /, '')]
  }
  const dialect = dialectOf(version)
  for (const field of ['start', 'end'] as const) {
    const text = textOf(mapOf(config.rangeQuery)[field])
    if (text === undefined || text.includes('{{')) continue
    const program = compile(text, environmentTypes(rangeEnvironment()), dialect)
    if (program.kind === 'compile-error')
      yield [['rangeQuery', field], `${field} cannot be compiled: ${program.message.trim()}`]
    else if (!isTime(program.result) && !isUnknown(program.result))
      yield [['rangeQuery', field], `expected time.Time, but got ${natureName(program.result, dialect)}`]
  }
}

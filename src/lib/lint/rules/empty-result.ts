import { evaluateInstant } from '../../promql/promql.ts'
import { MemoryStorage } from '../../promql/storage/memory-storage.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { isMap } from '../model/plain.ts'
import type { Project } from '../model/project.ts'
import { vector, verdictOn } from '../model/verdicts.ts'
import type { Rule } from '../rule.ts'

const nothing = new MemoryStorage([])

export const emptyResult: Rule = {
  id: 'CA020',
  name: 'empty-result',
  severity: 'warning',
  title: 'A condition that is an Error when there is no data',
  explanation:
    'A query that finds no series returns an empty list: no traffic yet, or no error so far when the numerator selects errors only. The condition is evaluated here on exactly that, and fails. Such a measurement is an Error, which counts neither as failed nor as successful; five in a row end the run in Error. For Datadog the result is nil.',
  hint: 'say what no data means: len(result) == 0 || ..., or `or vector(0)` in the query; for Datadog default(result, 0)',
  example: {
    wrong: 'successCondition: result[0] < 0.05',
    right: 'successCondition: len(result) == 0 || result[0] < 0.05',
  },
  check(project, report) {
    for (const { document, metrics } of project.specs)
      for (const metric of metrics) {
        const found = onNothing(metric, project)
        if (found === undefined) continue
        const field = found.message.includes('failureCondition') ? 'failureCondition' : metric.conditions[0]?.field
        const condition = metric.conditions.find(each => each.field === field) ?? metric.conditions[0]
        if (condition)
          report({ document, path: condition.path }, `${found.what} makes this measurement an Error: ${found.message}`)
      }
  },
}

function onNothing(
  metric: MetricModel,
  { options: { version } }: Project,
): { what: string; message: string } | undefined {
  if (metric.provider === 'datadog') {
    if (metric.conditions.some(({ text }) => text.includes('{{'))) return undefined
    const verdict = verdictOn(metric, null, version)
    return verdict?.phase === 'Error' ? { what: 'no data (result is nil)', message: verdict.message ?? '' } : undefined
  }
  const { query, config } = metric
  const type = query?.description?.type
  if (query?.query === undefined || (type !== 'vector' && type !== 'matrix')) return undefined
  if (!isMap(config.rangeQuery)) {
    const answer = evaluateInstant(query.query, nothing, 0)
    if (!('samples' in answer) || answer.samples.length > 0) return undefined
  } else if (query.description?.mayBeEmpty === false) return undefined
  const verdict = verdictOn(metric, vector(), version)
  if (verdict?.phase !== 'Error') return undefined
  return { what: 'an empty result (no series)', message: verdict.message ?? '' }
}

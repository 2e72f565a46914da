import { isBool, isUnknown, natureName } from '../../expr/check/nature.ts'
import { dialectOf } from '../model/condition-model.ts'
import type { MetricModel } from '../model/metric-model.ts'
import type { Project } from '../model/project.ts'
import { hasConditions } from '../model/result-nature.ts'
import { vector, verdictOn } from '../model/verdicts.ts'
import type { Rule } from '../rule.ts'

export const conditionIsNoVerdict: Rule = {
  id: 'CA018',
  name: 'condition-is-no-verdict',
  severity: 'error',
  title: 'A condition that is an Error on every result',
  explanation:
    'The condition compiles, but what it yields is no boolean (expected bool, but got float64), or it fails on any ordinary result. `default` and `isNil` always look at the whole result, so default(result[0], 0) of a list is that list.',
  hint: 'compare the value with something',
  example: { wrong: 'successCondition: result[0]', right: 'successCondition: result[0] > 0' },
  check(project, report) {
    const { version } = project.options
    for (const { document, metrics } of project.specs)
      for (const metric of metrics) {
        if (!hasConditions(metric.provider)) continue
        const wrong = metric.conditions.find(condition => {
          const nature = condition.compiled(version).result?.result
          return nature && !isUnknown(nature) && !isBool(nature)
        })
        if (wrong) {
          const { result, placeholders } = wrong.compiled(version)
          if (!result || placeholders.length > 0) continue
          const got = natureName(result.result, dialectOf(version))
          report({ document, path: wrong.path }, `${wrong.field} yields ${got}: expected bool, but got ${got}`)
          continue
        }
        const message = alwaysFails(metric, project)
        if (message !== undefined) report({ document, path: (metric.conditions[0] ?? metric).path }, message)
      }
  },
}

/** The message of a condition that no ordinary Prometheus result can satisfy or contradict. */
function alwaysFails(metric: MetricModel, { options: { version } }: Project): string | undefined {
  const type = metric.query?.description?.type
  if (type === undefined || type === 'string' || metric.conditions.some(each => each.text.includes('{{')))
    return undefined
  const isScalar = type === 'scalar' && !metric.query?.isRange
  const samples = isScalar ? [0, 0.5, 100] : [vector(0), vector(0.5), vector(100), vector(0, 0.5, 1, 100)]
  let message: string | undefined
  for (const sample of samples) {
    const verdict = verdictOn(metric, sample, version)
    if (verdict?.phase !== 'Error') return undefined
    message ??= verdict.message
  }
  return `every measurement is an Error: ${message}`
}

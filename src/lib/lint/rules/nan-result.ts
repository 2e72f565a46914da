import { someNode } from '../../expr/ast/walk.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { isMap } from '../model/plain.ts'
import type { Project } from '../model/project.ts'
import { vector, verdictOn } from '../model/verdicts.ts'
import { mayBeNaN } from '../promql/may-be-nan.ts'
import type { Rule } from '../rule.ts'

export const nanResult: Rule = {
  id: 'CA021',
  name: 'nan-result',
  severity: 'warning',
  title: 'A condition that says nothing about NaN, which the query can return',
  explanation:
    'A division by zero requests, a quantile of no observations or scalar() of no series is NaN, and every comparison with NaN is false. So without traffic a successCondition alone is Failed, a failureCondition alone is Successful, and both together are Inconclusive. The conditions are evaluated here on NaN.',
  hint: 'say what NaN means: isNaN(result[0]) || ..., or divide by (... > 0) and treat the empty result',
  example: {
    wrong: 'successCondition: result[0] >= 0.95',
    right: 'successCondition: isNaN(result[0]) || result[0] >= 0.95',
  },
  check(project, report) {
    for (const { document, metrics } of project.specs)
      for (const metric of metrics) {
        const [condition] = metric.conditions
        const phase = condition && onNaN(metric, project)
        if (condition && phase)
          report(
            { document, path: condition.path },
            `NaN (${metric.query?.query ? mayBeNaN(metric.query.query.expr) : ''}) makes this measurement ${phase}: no comparison with NaN is true`,
          )
      }
  },
}

function onNaN(metric: MetricModel, { options: { version } }: Project): string | undefined {
  const { query, config } = metric
  const type = query?.description?.type
  if (query?.query === undefined || type === undefined || type === 'string') return undefined
  if (mayBeNaN(query.query.expr) === undefined) return undefined
  if (metric.conditions.some(condition => checksNaN(metric, condition.field, version))) return undefined
  const wrap = (value: number) => (type === 'scalar' && !isMap(config.rangeQuery) ? value : vector(value))
  const phase = verdictOn(metric, wrap(Number.NaN), version)?.phase
  if (phase === undefined || phase === 'Error') return undefined
  // A condition that does not look at the value, such as len(result) > 0, says the same of all.
  const looksAtValue = [100, 0.5, 1, 1e12, -1].some(
    value => verdictOn(metric, wrap(value), version)?.phase !== verdictOn(metric, wrap(0), version)?.phase,
  )
  return looksAtValue ? phase : undefined
}

function checksNaN(metric: MetricModel, field: string, version: Project['options']['version']): boolean {
  const tree = metric.conditions.find(each => each.field === field)?.tree(version)
  return (
    tree !== undefined &&
    someNode(tree, node => node.kind === 'call' && node.callee.kind === 'identifier' && node.callee.name === 'isNaN')
  )
}

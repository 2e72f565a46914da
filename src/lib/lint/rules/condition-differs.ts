import { isAlikeInBoth } from '../model/condition-model.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { isMap } from '../model/plain.ts'
import { hasConditions } from '../model/result-nature.ts'
import { vector, verdictOn } from '../model/verdicts.ts'
import type { Rule } from '../rule.ts'

export const conditionDiffers: Rule = {
  id: 'CA019',
  name: 'condition-differs-by-version',
  severity: 'warning',
  title: 'A condition that Argo Rollouts 1.9 and 1.10 understand differently',
  explanation:
    'Up to 1.9 conditions are those of expr-lang 1.15, from 1.10 of 1.17. The newer one has more functions (concat, flatten, uniq, reverse, bit operations), max and min of a list, if/else, chained comparisons and comparisons of lists of different types. The condition works with --controller-version and would not, or would answer otherwise, with the other.',
  hint: 'write it so that both understand it, or upgrade the controller and the templates together',
  example: { wrong: 'successCondition: 0 < result[0] < 1', right: 'successCondition: result[0] > 0 && result[0] < 1' },
  check({ specs, options: { version } }, report) {
    const other = version === '1.9' ? '1.10' : '1.9'
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        if (!hasConditions(metric.provider)) continue
        let isBroken = false
        for (const condition of metric.conditions) {
          if (condition.compiled(version).result === undefined) {
            isBroken = true
            continue
          }
          const { problem } = condition.compiled(other)
          if (problem === undefined) continue
          isBroken = true
          report(
            { document, path: condition.path, within: problem },
            `Argo Rollouts ${other} cannot compile this: ${problem.message.trim()}`,
          )
        }
        const [first] = metric.conditions
        if (isBroken || first === undefined) continue
        const differing = samplesFor(metric).find(
          sample => verdictOn(metric, sample, version)?.phase !== verdictOn(metric, sample, other)?.phase,
        )
        if (differing !== undefined) {
          const shown = typeof differing === 'number' ? String(differing) : `[${[...differing].join(', ')}]`
          const here = verdictOn(metric, differing, version)?.phase
          const there = verdictOn(metric, differing, other)?.phase
          report(
            { document, path: first.path },
            `with the result ${shown} this is ${here} for Argo Rollouts ${version} and ${there} for ${other}`,
          )
        }
      }
  },
}

/** Only where it is known what results look like; on an empty one both fail, with different words. */
function samplesFor({ provider, query, config, conditions }: MetricModel): (number | Float64Array)[] {
  if (provider !== 'prometheus' || conditions.every(({ text }) => isAlikeInBoth(text))) return []
  const type = query?.description?.type
  if (type === undefined || type === 'string') return []
  if (type === 'scalar' && !isMap(config.rangeQuery)) return [0, 0.5, 1, 100]
  return [vector(0), vector(0.5), vector(1), vector(100), vector(1, 2, 3)]
}

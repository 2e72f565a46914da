import { effectiveCount, intValue } from '../../analysis/metric-limits.ts'
import type { MetricModel } from '../model/metric-model.ts'
import type { ResolvedReference } from '../model/project.ts'
import { withDefaults } from '../model/settled.ts'
import type { Rule } from '../rule.ts'
import type { Path } from '../sources/path.ts'

const where: Readonly<Record<string, string>> = {
  step: 'a step',
  prePromotion: 'the prePromotionAnalysis',
  postPromotion: 'the postPromotionAnalysis',
  verification: 'the verification',
}

export const endlessInline: Rule = {
  id: 'CA028',
  name: 'endless-inline',
  severity: 'error',
  title: 'A metric without an end where the run has to end',
  explanation:
    'A metric with an interval and no count is measured until it is stopped. That suits the background analysis of a canary. A step, a pre- or postPromotionAnalysis and the verification of a Kargo Stage wait for the run to end: Argo Rollouts refuses the Rollout (InvalidSpec: "runs indefinitely"), and a Stage is verifying for ever. The controller checks a Rollout with dummy-value for arguments without a default, so a count that is such an argument counts as 0 and is refused too.',
  hint: 'give the metric a count, or use the template in canary.analysis',
  example: { wrong: 'interval: 1m', right: 'interval: 1m\ncount: 10' },
  check(project, report) {
    const found = new Set<MetricModel>()
    for (const reference of project.references) {
      const place = where[reference.use]
      if (place === undefined) continue
      for (const { metrics } of reference.specs)
        for (const metric of metrics) {
          if (found.has(metric)) continue
          const problem = problemOf(metric, reference)
          if (problem === undefined) continue
          found.add(metric)
          report(
            { document: metric.document, path: problem.path },
            `the metric has no end, but ${place} of ${reference.label} waits for it${problem.message ? `: ${problem.message}` : ''}`,
          )
        }
    }
  },
}

type Problem = { path: Path; message?: string }

/** argo-rollouts validation_references.go ValidateAnalysisTemplateWithType, which does not look at what is sent */
function problemOf({ metric, path, defaults }: MetricModel, reference: ResolvedReference): Problem | undefined {
  const isRollout = reference.kind === 'Rollout'
  const sent = reference.args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  const values = isRollout ? defaults : new Map([...defaults, ...sent])
  const { interval } = metric
  if (!interval) return undefined
  const count = typeof metric.count === 'string' ? withDefaults(metric.count, values) : (metric.count ?? 0)
  if (count === undefined && isRollout)
    return {
      path: [...path, 'count'],
      message: 'its count is an argument without a default, which counts as 0 when the Rollout is checked',
    }
  if (count === undefined || (!isRollout && intValue(metric.consecutiveSuccessLimit) > 0)) return undefined
  if (effectiveCount({ name: '', count, interval }) !== undefined) return undefined
  return { path: [...path, metric.count === undefined ? 'interval' : 'count'] }
}

import { effectiveCount, intValue } from '../../analysis/metric-limits.ts'
import { metricProblem } from '../../analysis/validate.ts'
import type { MetricModel } from '../model/metric-model.ts'
import type { Project, ResolvedReference } from '../model/project.ts'
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
    'A metric with an interval and no count is measured until it is stopped. That suits the background analysis of a canary. A step, a pre- or postPromotionAnalysis and the verification of a Kargo Stage wait for the run to end: Argo Rollouts refuses the Rollout (InvalidSpec: "runs indefinitely"), and a Stage is verifying for ever. The controller checks a Rollout with dummy-value for arguments without a default, so a count or interval that is such an argument is refused too.',
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
          const problem = problemOf(metric, reference, project)
          if (problem === undefined) continue
          found.add(metric)
          const what = problem.isEndless ? 'has no end' : `is refused (${problem.message})`
          report(
            { document: metric.document, path: problem.path },
            `the metric ${what}, but ${place} of ${reference.label} waits for it`,
          )
        }
    }
  },
}

type Problem = { path: Path; isEndless: boolean; message?: string }

function problemOf(metric: MetricModel, reference: ResolvedReference, _project: Project): Problem | undefined {
  const { metric: plain, path } = metric
  // A Stage's arguments are known when the run is made; the controller checks a Rollout without them.
  const isRollout = reference.kind === 'Rollout'
  const sent = new Map(
    isRollout ? [] : reference.args.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
  )
  const values = new Map([...metric.defaults, ...sent])
  const settledText = (value: string | number | undefined) => {
    if (typeof value !== 'string') return value
    return withDefaults(value, values) ?? (isRollout ? value.replace(/\{\{[^}]*\}\}/g, 'dummy-value') : undefined)
  }
  const count = settledText(plain.count)
  const interval = settledText(plain.interval)
  if ((plain.count !== undefined && count === undefined) || (plain.interval !== undefined && interval === undefined))
    return undefined
  const text = String(interval ?? '')
  const isOpen = text.includes('dummy-value')
  if (isOpen) {
    const message = metricProblem({ name: metric.name, interval: text, provider: { web: {} } })
    return { path: [...path, 'interval'], isEndless: false, ...(message === undefined ? {} : { message }) }
  }
  if (intValue(plain.consecutiveSuccessLimit) > 0 && !isRollout) return undefined
  const checked = { name: '', ...(count === undefined ? {} : { count }), ...(text === '' ? {} : { interval: text }) }
  if (effectiveCount(checked) !== undefined) return undefined
  return { path: [...path, plain.count === undefined ? 'interval' : 'count'], isEndless: true }
}

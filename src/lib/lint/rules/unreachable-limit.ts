import { effectiveCount, intValue } from '../../analysis/metric-limits.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { hasConditions } from '../model/result-nature.ts'
import { settled } from '../model/settled.ts'
import type { Rule } from '../rule.ts'

export const unreachableLimit: Rule = {
  id: 'CA027',
  name: 'unreachable-limit',
  severity: 'warning',
  title: 'A limit that can never be reached',
  explanation:
    'A metric fails when the failures are more than failureLimit. With a failureLimit of the count (a metric without interval is measured once) that cannot happen, and the analysis can never fail. An inconclusiveLimit needs both conditions: with one of them nothing is Inconclusive.',
  hint: 'lower the limit below the count, or leave it out',
  example: { wrong: 'count: 3\nfailureLimit: 3', right: 'count: 3\nfailureLimit: 1' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        const failure = unreachableFailure(metric)
        if (failure) report({ document, path: [...metric.path, 'failureLimit'] }, failure)
        const inconclusive = unreachableInconclusive(metric)
        if (inconclusive) report({ document, path: [...metric.path, 'inconclusiveLimit'] }, inconclusive)
      }
  },
}

function unreachableFailure(metric: MetricModel): string | undefined {
  const found = settled(metric, 'count', 'interval', 'failureLimit', 'consecutiveSuccessLimit')
  if (!found || isOther(found.count) || isOther(found.failureLimit)) return undefined
  const count = effectiveCount({ name: '', ...found })
  const limit = intValue(found.failureLimit)
  if (count === undefined || count <= 0 || limit < count || intValue(found.consecutiveSuccessLimit) > 0)
    return undefined
  // More than the count is refused by the controller, unless there is no count.
  if (limit > count && intValue(found.count) > 0) return undefined
  const times = count === 1 ? 'one measurement' : `${count} measurements`
  return `with ${times} there are never more than ${limit} failures, so the metric cannot fail`
}

function unreachableInconclusive(metric: MetricModel): string | undefined {
  const { metric: plain, provider } = metric
  const found = settled(metric, 'count', 'interval', 'inconclusiveLimit')
  if (!found || provider === undefined || provider === 'plugin' || !hasConditions(provider)) return undefined
  const limit = intValue(found.inconclusiveLimit)
  if (limit <= 0) return undefined
  const only = plain.successCondition ? 'successCondition' : 'failureCondition'
  if (Boolean(plain.successCondition) !== Boolean(plain.failureCondition))
    return `nothing is Inconclusive with a ${only} alone, so inconclusiveLimit has no effect`
  const count = effectiveCount({ name: '', ...found })
  if (count === undefined || count <= 0 || limit < count || isOther(found.count)) return undefined
  if (limit > count && intValue(found.count) > 0) return undefined
  return `with ${count === 1 ? 'one measurement' : `${count} measurements`} there are never more than ${limit} inconclusive ones`
}

/** A text that is no number is another rule's. */
const isOther = (value: unknown) => typeof value === 'string' && !/^[+-]?\d+$/.test(value)

import { metricProblem } from '../../analysis/validate.ts'
import type { MetricModel } from '../model/metric-model.ts'
import { mapOf, textOf } from '../model/plain.ts'
import { settled, withDefaults } from '../model/settled.ts'
import type { Rule } from '../rule.ts'
import type { Path } from '../sources/path.ts'

export const invalidDuration: Rule = {
  id: 'CA011',
  name: 'invalid-duration',
  severity: 'error',
  title: 'A duration that Go does not read',
  explanation:
    'Durations are those of Go: a number and a unit out of ns, us, ms, s, m and h, several of them in a row (1h30m). There are no days, no spaces and no bare numbers.',
  hint: 'write it like 30s, 5m or 1h30m',
  example: { wrong: 'interval: 1d', right: 'interval: 24h' },
  check({ specs }, report) {
    for (const { document, metrics } of specs)
      for (const metric of metrics)
        for (const [path, problem] of problemsOf(metric)) report({ document, path }, problem)
  },
}

function problemsOf(metric: MetricModel): [Path, string][] {
  const found: [Path, string][] = []
  for (const field of ['interval', 'initialDelay'] as const) {
    const problem = problemOf(metric, settled(metric, field))
    if (problem !== undefined) found.push([[...metric.path, field], problem])
  }
  for (const steps of providerDurations(metric)) {
    const value = textOf(steps.reduce<unknown>((at, step) => mapOf(at)[step], metric.config))
    const text = value === undefined ? undefined : withDefaults(value, metric.defaults)
    const problem = text === undefined ? undefined : problemOf(metric, { interval: text })
    if (problem !== undefined) found.push([metric.providerPath(...steps), problem])
  }
  return found
}

function problemOf(metric: MetricModel, times: { interval?: string; initialDelay?: string } | undefined) {
  return times && metricProblem({ name: metric.name, ...times, provider: { web: {} } })
}

function providerDurations({ provider }: MetricModel): string[][] {
  switch (provider) {
    case 'prometheus':
      return [['rangeQuery', 'step']]
    case 'datadog':
    case 'cloudWatch':
    case 'skywalking':
      return [['interval']]
    default:
      return []
  }
}

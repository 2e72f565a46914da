import { expect, it } from 'vitest'
import { metricProblem, retentionLimits, validateMetrics } from '../../../src/lib/analysis/validate.ts'
import type { AnalysisMetric } from '../../../src/lib/rollouts/rollout.ts'
import { metric } from './builders.ts'

it.each<[Partial<AnalysisMetric>, string | undefined]>([
  [{}, undefined],
  [{ count: 2, interval: '-1s' }, undefined],
  [{ consecutiveSuccessLimit: -1, failureLimit: -2 }, 'consecutiveSuccessLimit must be >= 0'],
  [{ failureLimit: -2 }, 'failureLimit must be >= 0, or -1 to be disabled'],
  [{ failureLimit: '-1' }, 'failureLimit and consecutiveSuccessLimit cannot both be disabled'],
  [{ inconclusiveLimit: -1 }, 'inconclusiveLimit must be >= 0'],
  [{ consecutiveErrorLimit: -1 }, 'consecutiveErrorLimit must be >= 0'],
  [{ count: 1, failureLimit: 2 }, 'count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0'],
  [{ count: 1, failureLimit: -1, consecutiveSuccessLimit: 2 }, 'count must be >= consecutiveSuccessLimit'],
  [{ count: 1, inconclusiveLimit: 2 }, 'count must be >= inconclusiveLimit'],
  [{ count: 2 }, 'interval must be specified when count > 1'],
  [{ count: 'abc', failureLimit: '5%' }, undefined],
  [{ interval: 'x' }, 'invalid interval string: time: invalid duration "x"'],
  [{ interval: '10' }, 'invalid interval string: time: missing unit in duration "10"'],
  [{ interval: '1m 2s' }, 'invalid interval string: time: unknown unit "m " in duration "1m 2s"'],
  [{ interval: '1h5w' }, 'invalid interval string: time: unknown unit "w" in duration "1h5w"'],
  [{ interval: '.' }, 'invalid interval string: time: invalid duration "."'],
  [{ initialDelay: '1d' }, 'invalid startDelay string: time: unknown unit "d" in duration "1d"'],
  [{ provider: {} }, 'no provider specified'],
  [{ provider: { web: {}, job: {} } }, 'multiple providers specified'],
  [{ provider: { plugin: { a: {}, b: {} } } }, 'multiple providers specified'],
])('says of %j: %s', (more, problem) => {
  expect(metricProblem(metric(more))).toBe(problem)
})

it('names the first metric with a problem, a repeated name before anything else', () => {
  expect(() => validateMetrics([metric(), metric({ count: 2 })])).toThrow("metrics[1]: duplicate name 'rate'")
  expect(() => validateMetrics([])).toThrow('no metrics specified')
})

it('lets the last rule count, and refuses one that applies to nothing', () => {
  const metrics = [metric({ name: 'total-5xx' }), metric({ name: 'cpu' })]
  const limits = retentionLimits(
    [
      { metricName: '.', limit: 3 },
      { metricName: 'total', limit: 5 },
    ],
    metrics,
  )
  expect([...limits]).toEqual([
    ['total-5xx', 5],
    ['cpu', 3],
  ])
  expect(() => retentionLimits([{ metricName: '.' }, { metricName: '^tot$' }], metrics)).toThrow(
    "measurementRetention[1]: Rule didn't match any metric name(s)",
  )
})

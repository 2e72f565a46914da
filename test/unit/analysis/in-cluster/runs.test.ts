import { describe, expect, it } from 'vitest'
import { refuseInvalid } from '../../../../src/lib/analysis/in-cluster/new-run.ts'
import { resolvedMetrics } from '../../../../src/lib/analysis/in-cluster/resolved-metrics.ts'
import { runInfo } from '../../../../src/lib/analysis/in-cluster/run-info.ts'
import { runOwner } from '../../../../src/lib/analysis/in-cluster/run-owner.ts'
import { analysisRunRow, decidingMetric } from '../../../../src/lib/analysis/in-cluster/run-row.ts'
import { templatesOfRollout } from '../../../../src/lib/analysis/in-cluster/template-uses.ts'
import { rolloutWaits } from '../../../../src/lib/analysis/in-cluster/terminate-run.ts'
import type { MetricResult } from '../../../../src/lib/rollouts/rollout.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { blueGreen, canary } from '../../rollouts/builders.ts'
import {
  failedResult,
  failedRun,
  jobPod,
  jobRun,
  looseRun,
  runningRun,
  smokeTest,
  stepRun,
  successRate,
} from './builders.ts'

const result = (name: string, phase: MetricResult['phase'], more: Partial<MetricResult> = {}): MetricResult => ({
  name,
  ...(phase ? { phase } : {}),
  ...more,
})

describe('the metric that decided a run', () => {
  const run = (phase: 'Failed' | 'Error' | 'Successful' | 'Running', metricResults: MetricResult[]) =>
    stepRun('x', { phase, metricResults })

  it.each([
    { of: 'a failure', run: run('Failed', [result('ok', 'Successful'), failedResult]), is: ['success-rate', '[0.5]'] },
    { of: 'the first of two', run: run('Failed', [result('a', 'Failed'), result('b', 'Failed')]), is: ['a', ''] },
    {
      of: 'no dry run',
      run: run('Failed', [result('a', 'Failed', { dryRun: true }), result('b', 'Failed')]),
      is: ['b', ''],
    },
    { of: 'a worse one that counts', run: run('Failed', [result('a', 'Error'), result('b', 'Failed')]), is: ['b', ''] },
    { of: 'nothing, as it went well', run: run('Successful', [result('a', 'Successful')]), is: undefined },
    { of: 'nothing, as it is not over', run: run('Running', [failedResult]), is: undefined },
    { of: 'nothing, as it was invalid', run: run('Error', []), is: undefined },
  ])('$of', ({ run, is }) => {
    const decided = decidingMetric(run)
    expect(decided && [decided.metric, decided.value]).toEqual(is)
  })
})

describe('the owner of a run', () => {
  it.each([
    { of: 'a step', run: failedRun(), is: { kind: 'Rollout', name: 'web', revision: 5, type: 'Step', stepIndex: 1 } },
    { of: 'nobody', run: looseRun('x'), is: undefined },
  ])('$of', ({ run, is }) => {
    const owner = runOwner(run)
    if (is === undefined) expect(owner).toBeUndefined()
    else expect(owner).toMatchObject(is)
  })

  it('is, in Kargo, the Freight that a Stage verifies', () => {
    const run = failedRun()
    run.metadata.ownerReferences = [{ apiVersion: 'kargo', kind: 'Freight', name: 'abc', uid: 'u' }]
    run.metadata.labels = { 'kargo.akuity.io/stage': 'uat', 'rollout-type': 'Step' }
    expect(runOwner(run)).toEqual({ kind: 'Freight', name: 'abc', uid: 'u', stage: 'uat' })
  })
})

it('a row sums the measurements of all metrics and keeps no object', () => {
  expect(analysisRunRow(failedRun())).toMatchObject({ successful: 1, failed: 2, metrics: 1 })
  expect(JSON.stringify(analysisRunRow(failedRun())).length).toBeLessThan(800)
})

describe('metrics as people see them', () => {
  it('have their arguments, no secrets, and placeholders for what is open', () => {
    const args = [{ name: 'service' }, { name: 'threshold', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }]
    const [metric] = resolvedMetrics({ metrics: [successRate], args })
    expect(metric?.successCondition).toBe('result[0] >= *****')
    expect(JSON.stringify(metric?.provider)).toContain('{{args.service}}')
  })

  it('are as written when they cannot be resolved', () => {
    const broken = { ...successRate, successCondition: '{{args.nowhere}}' }
    expect(resolvedMetrics({ metrics: [broken], args: [] })).toEqual([broken])
  })
})

it('the info of a run has the pods of its Jobs, and when a metric is measured next', () => {
  const pods = [jobPod()]
  expect(runInfo({ run: jobRun(), pods, notVisible: [] }).metrics[0]?.jobs).toEqual([
    {
      name: 'uid.smoke.1',
      namespace: 'shop',
      phase: 'Failed',
      pods: [{ name: 'uid.smoke.1-abcde', status: 'Error, exit code 3' }],
    },
  ])
  const [metric] = runInfo({ run: runningRun(), pods: [], notVisible: [] }).metrics
  expect(metric).toMatchObject({ phase: 'Running', plannedCount: 5, nextAt: '2026-01-02T03:02:06Z' })
  expect(runInfo({ run: failedRun(), pods: [], notVisible: [] }).metrics[0]).not.toHaveProperty('nextAt')
})

describe('the templates that a rollout refers to', () => {
  const ref = (templateName: string, clusterScope?: boolean) => ({
    templateName,
    ...(clusterScope ? { clusterScope } : {}),
  })

  it('are those of steps, the background and experiments', () => {
    const experiment = { analyses: [{ name: 'x', templateName: 'c' }, { name: 'broken' }] }
    const rollout = canary({
      steps: [{ setWeight: 5 }, { analysis: { templates: [ref('a'), ref('b', true)] } }, { experiment }],
    })
    Object.assign(rollout.spec.strategy?.canary ?? {}, { analysis: { templates: [ref('background')] } })
    expect(templatesOfRollout(rollout).map(each => each.templateName)).toEqual(['background', 'a', 'b', 'c'])
  })

  it('are those before and after a blue-green promotion', () => {
    const strategy = {
      prePromotionAnalysis: { templates: [ref('pre')] },
      postPromotionAnalysis: { templates: [ref('post')] },
    }
    expect(templatesOfRollout(blueGreen({ strategy }))).toEqual([ref('pre'), ref('post')])
  })
})

describe('a rollout waits for a run', () => {
  const run = runningRun()
  const status = { name: run.metadata.name, status: 'Running' as const }
  it.each([
    {
      at: 'a step',
      rollout: canary({ status: { canary: { currentStepAnalysisRunStatus: status } } }),
      says: /waits for this run at step 0\/5/,
    },
    { at: 'none', rollout: canary(), says: undefined },
    {
      at: 'another run',
      rollout: canary({ status: { canary: { currentStepAnalysisRunStatus: { ...status, name: 'other' } } } }),
      says: undefined,
    },
    {
      at: 'the background',
      rollout: canary({ status: { canary: { currentBackgroundAnalysisRunStatus: status } } }),
      says: /is guarded by/,
    },
    {
      at: 'before promotion',
      rollout: blueGreen({ status: { blueGreen: { prePromotionAnalysisRunStatus: status } } }),
      says: /before it switches traffic/,
    },
    {
      at: 'after promotion',
      rollout: blueGreen({ status: { blueGreen: { postPromotionAnalysisRunStatus: status } } }),
      says: /before the old version/,
    },
  ])('at $at', ({ rollout, says }) => {
    const waiting = rolloutWaits(rollout, run)
    if (says === undefined) expect(waiting).toBeUndefined()
    else expect(waiting?.says).toMatch(says)
  })
})

describe('a run that the controller would end at once is refused', () => {
  const refusal = (spec: Parameters<typeof refuseInvalid>[0]) => {
    try {
      refuseInvalid(spec, 'at/x')
      return undefined
    } catch (error) {
      return error instanceof Failure ? `${error.outcome} ${error.message}` : error
    }
  }

  it.each([
    { spec: { metrics: [smokeTest] }, says: undefined },
    { spec: { metrics: [] }, says: /^usage .*Analysis spec invalid: no metrics specified/ },
    { spec: { metrics: [smokeTest, smokeTest] }, says: /metrics\[1\]: duplicate name 'smoke'/ },
    { spec: { metrics: [smokeTest], dryRun: [{ metricName: '*' }] }, says: /dryRun\[0\]: Rule didn't match/ },
    {
      spec: { metrics: [smokeTest], measurementRetention: [{ metricName: 'x', limit: 1 }] },
      says: /measurementRetention\[0\]: Rule didn't match/,
    },
    {
      spec: { metrics: [successRate], args: [{ name: 'service', value: 'x' }] },
      says: /failed to resolve \{\{args.threshold\}\}/,
    },
    {
      spec: { metrics: [smokeTest], args: [{ name: 's', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] },
      says: undefined,
    },
  ])('$says', ({ spec, says }) => {
    if (says === undefined) expect(refusal(spec)).toBeUndefined()
    else expect(refusal(spec)).toMatch(says)
  })
})

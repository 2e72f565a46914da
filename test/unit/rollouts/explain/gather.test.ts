import { describe, expect, it } from 'vitest'
import { StatusError } from '../../../../src/lib/playground/store/status-error.ts'
import { explainRollout } from '../../../../src/lib/rollouts/explain/explain-rollout.ts'
import { readScenario, scenarioClient } from '../../../fixtures/explain-scenario.ts'

const ref = { namespace: 'loans', name: 'loans-api' }

function prepared(name: string, forbidden: string[] = []) {
  const scenario = { ...readScenario(name), forbidden }
  return { ...scenarioClient(scenario), scenario }
}

describe('what may not be read is said, and is no error', () => {
  it.each([
    { scenario: 'crash-loop', forbidden: ['pods/log'], says: /^pods\/log in namespace loans/, rule: 'crash-loop' },
    { scenario: 'crash-loop', forbidden: ['events'], says: /^events in namespace loans/, rule: 'crash-loop' },
    { scenario: 'crash-loop', forbidden: ['pods'], says: /^pods in namespace loans/, rule: 'unexplained' },
    { scenario: 'service-missing', forbidden: ['services'], says: /^services in namespace/, rule: 'invalid-spec' },
    { scenario: 'ingress-missing', forbidden: ['ingresses'], says: /^ingresses in namespace/, rule: 'invalid-spec' },
    { scenario: 'quota-exceeded', forbidden: ['resourcequotas'], says: /^resourcequotas in/, rule: 'quota-exceeded' },
    {
      scenario: 'volume-pending',
      forbidden: ['persistentvolumeclaims'],
      says: /^persistentvolumeclaims/,
      rule: 'volume-pending',
    },
    {
      scenario: 'autoscaler-fight',
      forbidden: ['horizontalpodautoscalers'],
      says: /^horizontalpodautoscalers/,
      rule: 'unexplained',
    },
    {
      scenario: 'disruption-budget',
      forbidden: ['poddisruptionbudgets'],
      says: /^poddisruptionbudgets/,
      rule: 'restarting',
    },
    { scenario: 'analysis-running', forbidden: ['analysisruns'], says: /^analysisruns in/, rule: 'analysis-running' },
    {
      scenario: 'controller-not-running',
      forbidden: ['leases'],
      says: /^leases in namespace argo-rollouts/,
      rule: 'spec-not-observed',
    },
    {
      scenario: 'workload-not-observed',
      forbidden: ['deployments'],
      says: /^the referenced workload/,
      rule: 'promoted',
    },
  ])('$scenario without $forbidden', async ({ scenario, forbidden, says, rule }) => {
    const { client, scenario: given } = prepared(scenario, forbidden)
    const result = await explainRollout(client, ref, given.nowMs)
    expect(result.notVisible.map(each => each.what)).toContainEqual(expect.stringMatching(says))
    expect(result.findings[0]?.rule).toBe(rule)
  })
})

it('looks for the lease where the controller usually is when it may not look everywhere', async () => {
  const { client, requests, scenario } = prepared('controller-not-running')
  client.faults.failNext(
    1,
    () => new StatusError(403, 'Forbidden', 'leases is forbidden'),
    (method, path) => method === 'LIST' && path.endsWith('/leases'),
  )
  const explanation = await explainRollout(client, ref, scenario.nowMs)
  expect(explanation.findings[0]?.rule).toBe('controller-not-running')
  expect(requests.map(({ path }) => path)).toContain(
    '/apis/coordination.k8s.io/v1/namespaces/argo-rollouts/leases/argo-rollouts-controller-lock',
  )
})

it('ends with the error when the server fails otherwise', async () => {
  const { client, scenario } = prepared('crash-loop')
  client.faults.failNext(
    1,
    () => new StatusError(500, 'InternalError', 'etcd is gone'),
    (_, path) => path.endsWith('/events'),
  )
  await expect(explainRollout(client, ref, scenario.nowMs)).rejects.toThrow(/etcd is gone/)
})

it('asks for no permission when it suggests nothing that needs one', async () => {
  const { client, requests, scenario } = prepared('managed-by-argo-cd')
  await explainRollout(client, ref, scenario.nowMs)
  expect(requests.filter(({ path }) => path.includes('accessreview')).map(({ path }) => path.split(' ')[2])).toEqual([
    'rollouts/status',
  ])
})

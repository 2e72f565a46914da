import { describe, expect, it } from 'vitest'
import type { CanaryStep, Rollout } from '../../../src/lib/rollouts/rollout.ts'
import {
  actualWeight,
  currentStep,
  setWeight,
  stepDescription,
  stepLabel,
  stepText,
} from '../../../src/lib/rollouts/steps.ts'
import { blueGreen, canary, degraded, healthy } from './builders.ts'

describe('stepText', () => {
  it.each<[CanaryStep, string]>([
    [{ setWeight: 20 }, 'setWeight: 20'],
    [{ setWeight: 0 }, 'setWeight: 0'],
    [{ pause: {} }, 'pause'],
    [{ pause: { duration: 10 } }, 'pause: 10'],
    [{ pause: { duration: '10m' } }, 'pause: 10m'],
    [{ experiment: {} }, 'experiment'],
    [{ analysis: {} }, 'analysis'],
    [{ setCanaryScale: { weight: 25 } }, 'setCanaryScale{weight: 25}'],
    [{ setCanaryScale: { matchTrafficWeight: true } }, 'setCanaryScale{matchTrafficWeight: true}'],
    [{ setCanaryScale: { replicas: 3 } }, 'setCanaryScale{replicas: 3}'],
    [{ setCanaryScale: { matchTrafficWeight: false, replicas: 3 } }, 'setCanaryScale{replicas: 3}'],
    [{ setCanaryScale: {} }, 'invalid'],
    [{ plugin: { name: 'org/step' } }, 'plugin: org/step'],
    [{ setHeaderRoute: { name: 'h' } }, 'setHeaderRoute: h'],
    [{ setMirrorRoute: { name: 'm' } }, 'setMirrorRoute: m'],
    [{}, 'invalid'],
  ])('%j is %s', (step, text) => {
    expect(stepText(step)).toBe(text)
  })

  it('names the templates where people read it', () => {
    expect(stepDescription({ analysis: { templates: [{ templateName: 'a' }, { templateName: 'b' }] } })).toBe(
      'analysis: a, b',
    )
    expect(stepDescription({ experiment: { templates: [{ name: 'canary' }] } })).toBe('experiment: canary')
  })
})

const routed = (status: object, maxTrafficWeight?: number): Rollout =>
  canary({
    step: 0,
    spec: { strategy: { canary: { steps: [{ setWeight: 20 }], trafficRouting: { maxTrafficWeight } } } },
    status,
  })

describe.each([
  { at: 'first step', rollout: canary({ step: 0 }), label: '0/5', weight: 20 },
  { at: 'later step', rollout: canary({ step: 3 }), label: '3/5', weight: 50 },
  { at: 'all steps done', rollout: healthy(), label: '5/5', weight: 100 },
  { at: 'index beyond the end', rollout: canary({ step: 9 }), label: '9/5', weight: 100 },
  {
    at: 'before the first weight',
    rollout: canary({ steps: [{ pause: {} }, { setWeight: 5 }] }),
    label: '0/2',
    weight: 0,
  },
  { at: 'abort', rollout: degraded({ step: 3 }), label: '3/5', weight: 0 },
  { at: 'no steps', rollout: canary({ steps: [] }), label: '', weight: 100 },
  { at: 'no index', rollout: canary({ status: { currentStepIndex: undefined } }), label: '', weight: 20 },
  { at: 'blue-green', rollout: blueGreen(), label: '', weight: 100 },
  {
    at: 'own scale',
    rollout: canary({ spec: { strategy: { canary: { trafficRouting: { maxTrafficWeight: 1000 } } } } }),
    label: '',
    weight: 1000,
  },
])('at $at', ({ rollout, label, weight }) => {
  it(`has label ${label || 'none'}`, () => expect(stepLabel(rollout)).toBe(label))
  it(`has setWeight ${weight}`, () => expect(setWeight(rollout)).toBe(weight))
})

it('has no current step without steps, and none but an index after the last', () => {
  expect(currentStep(canary({ steps: [] }))).toBeUndefined()
  expect(currentStep(healthy())).toEqual({ index: 5 })
  expect(currentStep(canary({ step: 0 }))).toEqual({ index: 0, step: { setWeight: 20 } })
})

describe.each([
  { at: 'pods alone', rollout: canary(), available: 1, weight: 20 },
  { at: 'pods alone, rounded down', rollout: canary({ status: { availableReplicas: 3 } }), available: 1, weight: 33 },
  { at: 'no canary ReplicaSet', rollout: canary(), available: undefined, weight: 0 },
  { at: 'nothing available', rollout: canary({ status: { availableReplicas: 0 } }), available: 1, weight: 0 },
  { at: 'all steps done', rollout: healthy({ status: { availableReplicas: 0 } }), available: undefined, weight: 100 },
  { at: 'router silent', rollout: routed({}), available: 1, weight: 20 },
  {
    at: 'router with a weight',
    rollout: routed({ canary: { weights: { canary: { weight: 17 }, stable: { weight: 83 } } } }),
    available: 1,
    weight: 17,
  },
])('actualWeight with $at', ({ rollout, available, weight }) => {
  it(`is ${weight}`, () => expect(actualWeight(rollout, available)).toBe(weight))
})

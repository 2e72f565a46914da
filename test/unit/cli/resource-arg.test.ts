import { describe, expect, it } from 'vitest'
import { parseResourceArg } from '../../../src/lib/cli/resource-arg.ts'
import { experiments, rollouts } from '../../../src/lib/kube/resource-types.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

describe('parseResourceArg', () => {
  it.each([
    'api',
    'rollout/api',
    'rollouts/api',
    'ro/api',
    'Rollout/api',
    'rollouts.argoproj.io/api',
    'rollout.argoproj.io/api',
    'rollouts.v1alpha1.argoproj.io/api',
  ])('%s is rollout api', text => {
    expect(parseResourceArg(text, [rollouts])).toEqual({ type: rollouts, name: 'api' })
  })

  it.each(['experiment/x', 'experiments/x', 'exp/x'])('%s is taken where an experiment is', text => {
    expect(parseResourceArg(text, [rollouts, experiments])).toEqual({ type: experiments, name: 'x' })
  })

  it('takes a name like a sub-command', () => {
    expect(parseResourceArg('rollout/list', [rollouts]).name).toBe('list')
  })

  it.each([
    { text: 'deployment/api', says: 'deployment/api is of kind Deployment, and this command takes a Rollout' },
    { text: 'ar/api', says: 'ar/api is of kind AnalysisRun' },
    { text: 'rolout/api', says: 'unknown resource type "rolout" in "rolout/api"', hint: 'did you mean rollout/api?' },
    { text: 'rollouts.apps/api', says: 'unknown resource type "rollouts.apps"' },
    { text: 'rollout/', says: 'resource/name form', hint: 'rollout/NAME' },
    { text: '/api', says: 'resource/name form' },
    { text: 'rollout/a/b', says: 'resource/name form' },
    { text: '', says: 'the name of a rollout must not be empty' },
    { text: 'rollout/..', says: 'invalid name of a rollout: "rollout/.."' },
    { text: 'a b', says: 'invalid name' },
  ])('$text is refused', ({ text, says, hint }) => {
    let failure: unknown
    try {
      parseResourceArg(text, [rollouts])
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure).outcome).toBe('usage')
    expect((failure as Failure).message).toContain(says)
    if (hint !== undefined) expect((failure as Failure).hints.join()).toContain(hint)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Context } from '../../../../src/lib/context/context.ts'
import type { KubeClient } from '../../../../src/lib/context/kube-client.ts'
import { rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { applyPlan } from '../../../../src/lib/rollouts/actions/apply-plan.ts'
import type { PromotionKind } from '../../../../src/lib/rollouts/actions/promote.ts'
import { promotion } from '../../../../src/lib/rollouts/actions/rollout-actions.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { Failure } from '../../../../src/lib/values/failure.ts'
import { fakeClient, fakeContext } from '../../../fakes/context.ts'
import { PausingController } from './pausing-controller.ts'
import { paused } from './rollout-builders.ts'

const ref = { namespace: 'loans', name: 'loans-api' }
const steps = Array.from({ length: 12 }, () => ({ pause: {} }))

interface Outcome {
  /** what the promote that succeeded had read */
  read?: string
  failure?: Failure
}

/** Runs promotes and the controller in the order that the scheduler chooses. */
async function race(
  s: fc.Scheduler,
  promotes: { kind?: PromotionKind; expectStep?: number }[],
  start: Rollout,
): Promise<{ outcomes: Outcome[]; rollout: Rollout }> {
  const { client, store } = fakeClient({ objects: [start] })
  const context = scheduledContext(s, client)
  const controller = new PausingController(store, () => 0)
  let running = promotes.length
  const reconcile = (async () => {
    for (let round = 0; running > 0 || round < 3; round++) {
      await s.schedule(Promise.resolve('controller reads'))
      const status = controller.look()
      await s.schedule(Promise.resolve('controller writes'))
      if (status) controller.write(status)
    }
  })()
  const outcomes = Promise.all(
    promotes.map(async ({ kind = { kind: 'current-pause' }, expectStep }): Promise<Outcome> => {
      try {
        const action = promotion(kind, expectStep === undefined ? {} : { step: expectStep })
        const result = await applyPlan(action, ref, {}, context)
        const before = result.before as Rollout
        return { read: `${before.status?.currentStepIndex} ${before.status?.pauseConditions?.[0]?.startTime}` }
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        return { failure: error }
      } finally {
        running--
      }
    }),
  )
  await s.waitFor(Promise.all([outcomes, reconcile]))
  controller.settle()
  return { outcomes: await outcomes, rollout: store.get<Rollout>(rollouts, ref) }
}

function scheduledContext(s: fc.Scheduler, client: KubeClient): Context {
  const scheduled = new Proxy(client, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown
      if (property !== 'get' && property !== 'patch') return value
      return async (...args: unknown[]) => {
        await s.schedule(Promise.resolve(`request ${property}`))
        const answer = await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args)
        await s.schedule(Promise.resolve(`answer ${property}`))
        return answer
      }
    },
  })
  const context = fakeContext({ client: scheduled })
  return {
    ...context,
    clock: {
      now: () => context.clock.now(),
      sleep: async () => {
        await s.schedule(Promise.resolve('sleep'))
      },
    },
  }
}

const failures = (outcomes: Outcome[]) => outcomes.flatMap(({ failure }) => (failure ? [failure.outcome] : []))
const reads = (outcomes: Outcome[]) => outcomes.flatMap(({ read }) => (read === undefined ? [] : [read]))

describe('concurrent promotes', () => {
  it('advance one step for each state that was read, however they interleave', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (s, count) => {
        const { outcomes, rollout } = await race(s, Array(count).fill({}), paused({ step: 0, steps }))
        const succeeded = reads(outcomes)
        expect(new Set(succeeded).size).toBe(succeeded.length)
        expect(succeeded.length).toBeGreaterThan(0)
        expect(rollout.status?.currentStepIndex).toBe(succeeded.length)
        expect(rollout.status?.pauseConditions).toHaveLength(1)
        expect(failures(outcomes).every(each => each === 'refused')).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('with --expect-step: exactly one of 16 succeeds and the step advances by one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async s => {
        const { outcomes, rollout } = await race(s, Array(16).fill({ expectStep: 3 }), paused({ step: 3, steps }))
        expect(reads(outcomes)).toHaveLength(1)
        expect(failures(outcomes)).toEqual(Array(15).fill('refused'))
        expect(rollout.status?.currentStepIndex).toBe(4)
      }),
      { numRuns: 50 },
    )
  })

  it('skips and promotes of one state take effect once', async () => {
    const kinds: PromotionKind[] = [
      { kind: 'current-pause' },
      { kind: 'skip-current-step' },
      { kind: 'to-step', step: 1 },
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.constantFrom(...kinds), { minLength: 2, maxLength: 5 }),
        async (s, all) => {
          const { outcomes, rollout } = await race(
            s,
            all.map(kind => ({ kind, expectStep: 0 })),
            paused({ step: 0, steps }),
          )
          // a skip may still be read from a state in which the pause was ended and the controller had not reacted
          expect(reads(outcomes).length).toBeGreaterThan(0)
          expect(rollout.status?.currentStepIndex).toBe(1)
          expect(rollout.status?.pauseConditions).toHaveLength(1)
        },
      ),
      { numRuns: 150 },
    )
  })

  it('ends both pauses, or says what is left, and never loses the step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async s => {
        const { outcomes, rollout } = await race(s, [{}, {}], paused({ step: 0, steps, spec: { paused: true } }))
        expect(rollout.spec.paused).toBe(false)
        // one promote may end the manual pause and the other the pause of the step: both then read step 0
        const left = new Set(reads(outcomes).map(read => read.split(' ')[0]))
        expect(left.has('0')).toBe(true)
        expect(rollout.status?.currentStepIndex).toBe(left.size)
      }),
      { numRuns: 150 },
    )
  })
})

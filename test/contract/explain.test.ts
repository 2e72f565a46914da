import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { Explanation } from '../../src/lib/rollouts/explain/explanation.ts'
import { canary, object, type PodFate, service, twoPauses, type Version } from './manifests.ts'
import { contract, type World } from './world.ts'

const { scenario, alone } = contract()
const second = { image: 'docker.io/library/web:2' }

/** `rule blocks` of every finding, in the order in which they are told. */
const rulesOf = ({ findings }: Explanation) =>
  findings.map(({ rule, blocks }) => `${rule} ${blocks ?? 'worth-knowing'}`)

async function explained(world: World, name = 'web'): Promise<Explanation> {
  const { exitCode, stdout, stderr } = await world.run(`rollout explain ${name} -o info`)
  expect(exitCode, stderr).toBe(0)
  return JSON.parse(stdout) as Explanation
}

/** Explains again and again until the rule is told; what takes the cluster a while to notice. */
async function untilExplained(world: World, wanted: string): Promise<Explanation> {
  let last: Explanation | undefined
  await world.until(
    async () => {
      last = await explained(world)
      return rulesOf(last).includes(wanted)
    },
    () => `"${wanted}"; told was:\n${last && rulesOf(last).join('\n')}\n${last?.phase} ${last?.message}`,
  )
  return last as Explanation
}

const evidenceOf = (explanation: Explanation, rule: string) =>
  explanation.findings
    .filter(each => each.rule === rule)
    .flatMap(each => [each.title, ...each.evidence.flatMap(item => [item.text, ...(item.lines ?? [])])])
    .join('\n')

async function withNewPods(world: World, version: Version, more: { spec?: object; before?: KubeObject[] } = {}) {
  await world.deployed(canary(twoPauses, { spec: more.spec ?? {} }), ...(more.before ?? []))
  await world.release({ ...second, ...version })
}

describe('explain a pause', () => {
  scenario('of a step, until somebody promotes', async world => {
    await world.paused(canary(twoPauses))
    const explanation = await explained(world)
    expect(rulesOf(explanation)[0]).toBe('canary-pause-indefinite now')
    expect(explanation).toMatchObject({ phase: 'Paused', step: '1/4' })
    const [opening] = explanation.goOn
    expect(opening?.command).toContain('rollout promote web')
    expect(opening?.allowed).not.toBe(false)
    // the command that it names does it
    const words = opening?.command?.replace('kubectl canary ', '').split(' ') ?? []
    expect(await world.run(words)).toMatchObject({ exitCode: 0 })
    await world.untilStep(3)
    expect(await world.run('rollout explain web --exit-status')).toMatchObject({ exitCode: 5 })
  })

  scenario('of a step, for a while', async world => {
    await world.paused(canary([{ pause: { duration: '1h' } }]))
    expect(rulesOf(await explained(world))[0]).toBe('canary-pause-timed now')
  })

  scenario('by hand, and by whom', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout pause web --wait --field-manager jane')
    const explanation = await explained(world)
    expect(rulesOf(explanation)[0]).toBe('paused-manually now')
    expect(evidenceOf(explanation, 'paused-manually')).toMatch(/field manager jane/)
  })

  scenario('by abort, and by whom', async world => {
    await world.paused(canary(twoPauses))
    await world.run('rollout abort web --wait --field-manager jane')
    const explanation = await explained(world)
    expect(explanation.phase).toBe('Degraded')
    expect(rulesOf(explanation)[0]).toBe('aborted now')
    expect(evidenceOf(explanation, 'aborted')).toMatch(/field manager jane/)
    expect(await world.run('rollout explain web --exit-status')).toMatchObject({ exitCode: 3 })
  })
})

describe('explain new pods that', () => {
  const rows: { that: string; behavior: NonNullable<PodFate['behavior']>; rule: string; says: RegExp }[] = [
    { that: 'cannot pull their image', behavior: 'image-pull', rule: 'image-pull-error', says: /web:2/ },
    { that: 'crash', behavior: 'crash', rule: 'crash-loop', says: /exit code 1[\s\S]*no configuration/ },
    { that: 'run out of memory', behavior: 'oom', rule: 'out-of-memory', says: /OOMKilled|memory/ },
    { that: 'do not become ready', behavior: 'not-ready', rule: 'readiness-probe-failing', says: /ready/i },
  ]
  for (const { that, behavior, rule, says } of rows) {
    scenario(that, async world => {
      world.podsWrite('starting', 'FATAL no configuration')
      const container = behavior === 'not-ready' ? { readinessProbe: { httpGet: { path: '/', port: 80 } } } : {}
      await withNewPods(world, { pods: { behavior }, container })
      const explanation = await untilExplained(world, `${rule} now`)
      // the log of a container is there a moment after it ended
      await world.until(async () => says.test(evidenceOf(await explained(world), rule)), `${rule} to say ${says}`)
      expect(explanation.phase).toBe('Progressing')
      expect(explanation.goBack.map(each => each.command).join('\n')).toMatch(/rollout (abort|undo) web/)
    })
  }

  scenario('no node takes', async world => {
    await withNewPods(world, { container: { resources: { requests: { cpu: '100000' } } } })
    const explanation = await untilExplained(world, 'unschedulable now')
    expect(evidenceOf(explanation, 'unschedulable')).toMatch(/Insufficient cpu/)
  })

  scenario('no node takes for its labels', async world => {
    await withNewPods(world, { pod: { nodeSelector: { disk: 'fast' } } })
    const explanation = await untilExplained(world, 'unschedulable now')
    expect(evidenceOf(explanation, 'unschedulable')).toMatch(/didn't match Pod's node affinity\/selector/)
  })

  scenario('a quota does not let be made', async world => {
    const quota = object('v1', 'ResourceQuota', 'team', { spec: { hard: { pods: '2' } } })
    await withNewPods(world, {}, { before: [quota] })
    const explanation = await untilExplained(world, 'quota-exceeded now')
    expect(evidenceOf(explanation, 'quota-exceeded')).toMatch(/exceeded quota: team/)
  })

  scenario('a readiness gate holds back', async world => {
    await withNewPods(world, {
      pods: { behavior: 'gated' },
      pod: { readinessGates: [{ conditionType: 'example.com/admitted' }] },
    })
    const explanation = await untilExplained(world, 'readiness-gate now')
    expect(evidenceOf(explanation, 'readiness-gate')).toMatch(/example.com\/admitted/)
  })

  scenario('are ready, and not yet for long enough', async world => {
    await world.deployed(canary(twoPauses))
    await world.patch('Rollout', 'web', { spec: { minReadySeconds: 300 } })
    await world.release(second)
    await untilExplained(world, 'min-ready-seconds now')
  })

  scenario('start', async world => {
    await withNewPods(world, { pods: { 'ready-after': '1h' } })
    await untilExplained(world, 'pods-starting now')
  })

  scenario('miss the progress deadline', async world => {
    await withNewPods(world, { pods: { 'ready-after': '1h' } }, { spec: { progressDeadlineSeconds: 4 } })
    const explanation = await untilExplained(world, 'progress-deadline-exceeded now')
    expect(explanation.phase).toBe('Degraded')
    expect(await world.run('rollout status web')).toMatchObject({ exitCode: 3 })
  })

  scenario('miss the progress deadline, which aborts', async world => {
    const spec = { progressDeadlineSeconds: 4, progressDeadlineAbort: true }
    await withNewPods(world, { pods: { 'ready-after': '1h' } }, { spec })
    const { status } = await world.untilRollout(each => each.status?.abort === true, 'the abort')
    expect(status?.abort).toBe(true)
    await untilExplained(world, 'aborted now')
  })

  scenario('take their time to end', async world => {
    await world.deployed(canary([], { pods: { 'delete-after': '1h' } }))
    await world.release(second)
    await world.untilPhase('Healthy')
    const { phase } = await explained(world)
    expect(phase).toBe('Healthy')
  })
})

describe('explain a spec', () => {
  scenario('that the controller refuses', async world => {
    await world.apply(canary([{ setWeight: 50 }], { spec: { progressDeadlineSeconds: 5, minReadySeconds: 10 } }))
    const explanation = await untilExplained(world, 'invalid-spec now')
    expect(explanation.phase).toBe('Degraded')
    expect(evidenceOf(explanation, 'invalid-spec')).toMatch(/minReadySeconds/)
  })

  scenario('that names a service that is not there', async world => {
    await world.apply(canary(twoPauses, { canary: { canaryService: 'canary', stableService: 'stable' } }))
    const explanation = await untilExplained(world, 'service-missing now')
    expect(evidenceOf(explanation, 'service-missing')).toMatch(/service "?canary"?/i)
    await world.apply(service('canary'), service('stable'))
    // the controller looks again after twenty seconds
    await world.untilPhase('Healthy')
  })

  scenario('whose selector does not match its pods', async world => {
    await world.apply(canary(twoPauses, { spec: { selector: { matchLabels: { app: 'other' } } } }))
    const { findings } = await untilExplained(world, 'selector-mismatch now')
    expect(findings.length).toBeGreaterThan(0)
  })
})

describe('explain what works beside the rollout:', () => {
  scenario('an autoscaler and somebody else set the replicas', async world => {
    await world.deployed(canary(twoPauses))
    await world.apply(
      object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
        spec: {
          scaleTargetRef: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', name: 'web' },
          minReplicas: 4,
          maxReplicas: 6,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
          ],
        },
      }),
    )
    await world.untilRollout(({ spec }) => spec.replicas === 4, 'the autoscaler to act')
    await world.release({ ...second, pods: { 'ready-after': '1h' } })
    await world.patch('Rollout', 'web', { spec: { replicas: 3 } })
    const explanation = await untilExplained(world, 'autoscaler-fight now')
    expect(evidenceOf(explanation, 'autoscaler-fight')).toMatch(/scales between 4 and 6/)
  })

  scenario('a disruption budget keeps a restart from its pods', async world => {
    const spec = { minAvailable: 2, selector: { matchLabels: { app: 'web' } } }
    await world.deployed(canary(twoPauses), object('policy/v1', 'PodDisruptionBudget', 'web', { spec }))
    await world.pass(2)
    await world.run('rollout restart web')
    const explanation = await untilExplained(world, 'disruption-budget now')
    expect(evidenceOf(explanation, 'disruption-budget')).toMatch(/minAvailable 2, currentHealthy 2|2 healthy, 2 needed/)
    await world.patch('PodDisruptionBudget', 'web', { spec: { minAvailable: 1 } })
  })

  scenario('weight is as good as the pods that are there', async world => {
    await world.deployed(canary([{ setWeight: 10 }, { pause: {} }]))
    await world.release(second)
    await world.untilStep(1)
    const explanation = await explained(world)
    expect(rulesOf(explanation)).toContain('weight-by-pods worth-knowing')
  })
})

alone('explain a controller that is not there', async world => {
  await world.paused(canary(twoPauses))
  await world.backend.withoutController(async () => {
    await world.release({ image: 'docker.io/library/web:3' })
    const explanation = await explained(world)
    expect(rulesOf(explanation)[0]).toBe('spec-not-observed now')
    expect(await world.run('rollout status web --watch=false')).toMatchObject({ exitCode: 5 })
    const refused = await world.run('rollout promote web')
    expect(refused.exitCode).toBe(7)
    expect(refused.stderr).toMatch(/controller has not seen/)
  })
  await world.untilStep(1)
})

alone('explain a pause that was ended while nobody looked', async world => {
  await world.paused(canary(twoPauses))
  await world.backend.withoutController(async () => {
    expect(await world.run('rollout promote web')).toMatchObject({ exitCode: 0 })
    expect(rulesOf(await explained(world))[0]).toBe('unpausing now')
    const again = await world.run('rollout promote web')
    expect(again.exitCode).toBe(7)
    expect(again.stderr).toMatch(/promoted a moment ago/)
  })
  await world.untilStep(3)
})

import { beforeEach, describe, expect, it } from 'vitest'
import {
  aRollout,
  aService,
  aTemplate,
  type SimulatedCluster,
  simulatedCluster,
} from '../../../fakes/simulated-cluster.ts'

let cluster: SimulatedCluster

beforeEach(() => {
  cluster = simulatedCluster()
})

describe('what the controller refuses', () => {
  it.each([
    {
      what: 'a missing service',
      spec: { strategy: { blueGreen: { activeService: 'nowhere' } } },
      why: 'spec.strategy.blueGreen.activeService: Invalid value: "nowhere": service "nowhere" not found',
    },
    {
      what: 'a missing template',
      spec: { strategy: { canary: { steps: [{ analysis: { templates: [{ templateName: 'gone' }] } }] } } },
      why: `spec.strategy.canary.steps[0].analysis.templates: Invalid value: "gone": AnalysisTemplate 'gone' not found`,
    },
    {
      what: 'an analysis of a step that would never end',
      spec: { strategy: { canary: { steps: [{ analysis: { templates: [{ templateName: 'endless' }] } }] } } },
      why: 'spec.strategy.canary.steps[0].analysis.templates: Invalid value: "endless": AnalysisTemplate endless has metric success which runs indefinitely. Invalid value for count: <nil>',
    },
    {
      what: 'an analysis without its argument',
      spec: { strategy: { canary: { analysis: { templates: [{ templateName: 'asking' }] } } } },
      why: 'spec.strategy.canary.analysis.templates: Invalid value: "templateNames: [asking]": args.host was not resolved',
    },
    {
      what: 'two metrics of one name',
      spec: {
        strategy: {
          blueGreen: {
            activeService: 'a',
            prePromotionAnalysis: { templates: [{ templateName: 'once' }, { templateName: 'asking' }] },
          },
        },
      },
      why: `spec.strategy.blueGreen.prePromotionAnalysis.templates: Invalid value: "templateNames: [once asking]": two metrics have the same name 'success'`,
    },
    {
      what: 'a missing ingress',
      spec: {
        strategy: {
          canary: { canaryService: 'a', stableService: 'b', trafficRouting: { nginx: { stableIngress: 'web' } } },
        },
      },
      why: 'spec.strategy.canary.trafficRouting.nginx.stableIngress: Invalid value: "web": ingress.networking.k8s.io "web" not found',
    },
    {
      what: 'a selector that does not match',
      spec: { selector: { matchLabels: { app: 'other' } }, strategy: { canary: {} } },
      why: 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    },
    {
      what: 'no strategy',
      spec: {},
      why: "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'",
    },
    {
      what: 'a weight above 100',
      spec: { strategy: { canary: { steps: [{ setWeight: 101 }] } } },
      why: 'spec.strategy.steps[0].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100',
    },
    {
      what: 'the same service twice',
      spec: { strategy: { canary: { stableService: 'a', canaryService: 'a' } } },
      why: 'spec.strategy.stableService: Invalid value: "a": This rollout uses the same service for the stable and canary services, but two different services are required.',
    },
    {
      what: 'a workload that is not there',
      spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'gone' }, strategy: { canary: {} } },
      remove: ['template'],
      why: 'spec.workloadRef: Invalid value: {"apiVersion":"apps/v1","kind":"Deployment","name":"gone"}: deployments.apps "gone" not found',
    },
  ])('$what', async ({ spec, why, remove = [] }) => {
    cluster.create(aService('a'))
    cluster.create(aService('b'))
    cluster.create(aTemplate('once'))
    cluster.create(aTemplate('endless', [{ name: 'success', interval: '1m', provider: { job: {} } }]))
    cluster.create(aTemplate('asking', undefined, { args: [{ name: 'host' }] }))
    const rollout = aRollout(spec as never)
    for (const key of remove) delete (rollout.spec as Record<string, unknown>)[key]
    cluster.create(rollout)
    await cluster.settle(5)
    expect(cluster.state()).toBe(`Degraded - InvalidSpec: The Rollout "web" is invalid: ${why}`)
    expect(cluster.rollout().status?.observedGeneration).toBe('1')
  })

  it('is looked at again, so that what was missing may come later', async () => {
    cluster.create(aRollout({ strategy: { blueGreen: { activeService: 'late' } } }))
    await cluster.settle(30)
    cluster.create(aService('late'))
    await cluster.settle()
    expect(cluster.state()).toBe('Healthy')
    expect(cluster.rollout().status?.conditions?.map(each => each.type)).not.toContain('InvalidSpec')
  })
})

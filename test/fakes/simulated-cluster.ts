import type { HttpClient } from '../../src/lib/context/http-client.ts'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { KubeEvent, Pod, ReplicaSet } from '../../src/lib/kube/core-objects.ts'
import * as types from '../../src/lib/kube/resource-types.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { clientOf, makeCluster, type PlaygroundOptions } from '../../src/lib/playground/playground.ts'
import { seededRandom } from '../../src/lib/playground/random.ts'
import type { Rollout, RolloutSpec } from '../../src/lib/rollouts/rollout.ts'
import { type FakeContext, type FakeContextOptions, fakeContext } from './context.ts'

export const ref = { namespace: 'shop', name: 'web' }

export interface SimulatedOptions extends Omit<PlaygroundOptions, 'clock'> {
  /** what metrics are measured over; by default nobody is reached */
  http?: HttpClient
}

/** A cluster whose controllers work on a virtual clock: nothing moves until `clock.advance`. */
export function simulatedCluster({ http, ...options }: SimulatedOptions = {}) {
  const clock = new VirtualClock()
  const reach = http && { http: async () => http }
  const cluster = makeCluster({ ...options, clock }, { clock, random: seededRandom(3), ...reach })
  const { store, simulation } = cluster
  const client = clientOf(cluster, ref.namespace)
  return {
    ...cluster,
    clock,
    client,
    /** a context for commands and functions of lib on this cluster and clock */
    context: (more: FakeContextOptions = {}): FakeContext => fakeContext({ client, clock, ...more }),
    rollout: (name = ref.name) => store.get<Rollout>(types.rollouts, { ...ref, name }),
    pods: () => store.all<Pod>(types.pods, ref.namespace),
    /** `revision:wanted/available`, newest first */
    versions: () =>
      store
        .all<ReplicaSet>(types.replicaSets, ref.namespace)
        .filter(each => each.metadata.annotations?.['rollout.argoproj.io/revision'])
        .sort((one, other) => revisionOf(other) - revisionOf(one))
        .map(each => `${revisionOf(each)}:${each.spec?.replicas}/${each.status?.availableReplicas ?? 0}`)
        .join(' '),
    /** `phase - message` and step as the controller wrote them */
    state: (name = ref.name) => {
      const { status = {} } = store.get<Rollout>(types.rollouts, { ...ref, name })
      const { phase, message, currentStepIndex } = status
      const step = currentStepIndex === undefined ? '' : ` at ${currentStepIndex}`
      return `${phase}${message ? ` - ${message}` : ''}${step}`
    },
    events: (kind: string) =>
      store
        .all<KubeEvent>(types.coreEvents, ref.namespace)
        .filter(each => each.involvedObject?.kind === kind)
        .map(each => `${each.type} ${each.reason} ${each.message}`),
    create: (object: KubeObject) => {
      const type = store.catalog.findKind(object.apiVersion ?? '', object.kind ?? '')
      if (!type) throw new Error(`no kind ${object.kind}`)
      return store.create(type, object, { manager: 'test' })
    },
    patchSpec: (spec: object, name = ref.name) =>
      store.patch(types.rollouts, { ...ref, name }, { type: 'merge', body: { spec } }, { manager: 'test' }),
    patchStatus: (status: object) =>
      store.patch(types.rollouts, ref, { type: 'merge', body: { status }, subresource: 'status' }, { manager: 'test' }),
    setImage: (image: string) =>
      store.patch(types.rollouts, ref, {
        type: 'json',
        body: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }],
      }),
    /** Runs a second of the cluster's time after the other until it rests, at most `seconds`. */
    settle: async (seconds = 60) => {
      await clock.advance(seconds * 1000)
      if (simulation.errors.length > 0) throw simulation.errors[0]
    },
  }
}

export type SimulatedCluster = ReturnType<typeof simulatedCluster>

const revisionOf = (object: KubeObject) => Number(object.metadata.annotations?.['rollout.argoproj.io/revision'])

const labels = { app: 'web' }

/** A Rollout in the namespace `shop` with one container; ready a second after its pods start. */
export function aRollout(spec: Partial<RolloutSpec> = {}, metadata: Partial<Rollout['metadata']> = {}): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { ...ref, ...metadata },
    spec: {
      replicas: 4,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'web:1' }] } },
      ...spec,
    },
  }
}

/** A canary with these steps. */
export function aCanary(
  steps: NonNullable<NonNullable<RolloutSpec['strategy']>['canary']>['steps'],
  more: object = {},
): Rollout {
  return aRollout({ strategy: { canary: { ...(steps ? { steps } : {}), ...more } } })
}

export function aService(name: string, selector: Record<string, string> = labels): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: ref.namespace, name },
    spec: { selector, ports: [{ port: 80 }] },
  } as KubeObject
}

export function aTemplate(
  name: string,
  metrics: object[] = [{ name: 'success', provider: { job: aJob() } }],
  more: object = {},
): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { namespace: ref.namespace, name },
    spec: { metrics, ...more },
  } as KubeObject
}

/** The `job` of a metric, whose pod fares as the annotations say. */
export function aJob(annotations: Record<string, string> = {}, spec: object = {}): object {
  const template = {
    metadata: { annotations },
    spec: { restartPolicy: 'Never', containers: [{ name: 'check', image: 'check:1' }] },
  }
  return { spec: { backoffLimit: 0, template, ...spec } }
}

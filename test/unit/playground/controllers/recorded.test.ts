import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HttpClient } from '../../../../src/lib/context/http-client.ts'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import type { ReplicaSet, Service } from '../../../../src/lib/kube/core-objects.ts'
import * as types from '../../../../src/lib/kube/resource-types.ts'
import { refOf } from '../../../../src/lib/playground/store/garbage.ts'
import type { AnalysisRun, Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import { type SimulatedCluster, simulatedCluster } from '../../../fakes/simulated-cluster.ts'

/**
 * Scenes that were played on kube-apiserver 1.34 with the real Argo Rollouts 1.9.1: what was done, and what could be
 * seen then. Hashes, times and the like are replaced by words.
 */
type Step =
  | { create: KubeObject }
  | { apply: KubeObject }
  /** merge patch of a path */
  | { patch: string; body: object }
  /** seconds */
  | { wait: number }
  | ({ check: string } & Seen)

interface Seen {
  status: object
  sets: object[]
  managed: string[]
  services: object[]
  runs: object[]
}

/** What the metrics server of the recording answered. */
const goodMetrics: HttpClient = { send: async ({ url }) => ({ status: 200, headers: {}, body: '{"value":1}', url }) }

const folder = 'test/fixtures/recorded-rollouts'

describe.each(readdirSync(folder).map(file => file.replace('.json', '')))('as the real controller: %s', scene => {
  it('every state, version, service and field manager', async () => {
    const cluster = simulatedCluster({ http: goodMetrics })
    const steps = JSON.parse(readFileSync(join(folder, `${scene}.json`), 'utf8')) as Step[]
    for (const step of steps) {
      if ('check' in step) expect({ check: step.check, ...seen(cluster, scene) }).toEqual(step)
      else if ('wait' in step) await cluster.settle(step.wait)
      else act(cluster, step)
    }
  })
})

function act({ store }: SimulatedCluster, step: Exclude<Step, { wait: number } | { check: string }>): void {
  const typeOf = (object: KubeObject) => {
    const type = store.catalog.findKind(object.apiVersion ?? '', object.kind ?? '')
    if (!type) throw new Error(`no kind ${object.kind}`)
    return type
  }
  if ('create' in step) store.create(typeOf(step.create), step.create, { manager: 'unknown' })
  else if ('apply' in step) store.apply(typeOf(step.apply), refOf(step.apply), step.apply, { manager: 'test' })
  else {
    const [, namespace = '', resource = '', name = '', subresource] =
      /namespaces\/([^/]+)\/([^/]+)\/([^/]+)(?:\/(status))?$/.exec(step.patch) ?? []
    const type = resource === 'deployments' ? types.deployments : types.rollouts
    const patch = {
      type: 'merge' as const,
      body: step.body,
      ...(subresource ? { subresource: 'status' as const } : {}),
    }
    store.patch(type, { namespace, name }, patch, { manager: 'unknown' })
  }
}

function seen({ store }: SimulatedCluster, namespace: string): Seen {
  const rollout = store.get<Rollout>(types.rollouts, { namespace, name: 'web' })
  const sets = store
    .all<ReplicaSet>(types.replicaSets, namespace)
    .filter(each => !each.metadata.name.startsWith('source'))
    .sort((one, other) => (ageOf(one) < ageOf(other) ? -1 : 1))
  const words = new Map(
    sets.map((each, index) => [each.metadata.labels?.['rollouts-pod-template-hash'] ?? '', `REV${index + 1}`]),
  )
  if (rollout.status?.currentStepHash) words.set(rollout.status.currentStepHash, 'STEPHASH')
  const conditions = [...(rollout.status?.conditions ?? [])].sort((one, other) => (one.type < other.type ? -1 : 1))
  return inWords(words, {
    status: { ...rollout.status, conditions },
    sets: sets.map(({ metadata: { name, annotations }, spec, status }) => ({
      name,
      replicas: spec?.replicas,
      available: status?.availableReplicas ?? 0,
      annotations,
    })),
    managed: (rollout.metadata.managedFields ?? [])
      .map(
        each => `${each.manager} ${each.operation} ${each.subresource ?? ''} ${JSON.stringify(sorted(each.fieldsV1))}`,
      )
      .sort(),
    services: store.all<Service>(types.services, namespace).map(({ metadata: { name, annotations }, spec }) => ({
      name,
      ...(annotations ? { annotations } : {}),
      selector: spec?.selector,
    })),
    runs: store.all<AnalysisRun>(types.analysisRuns, namespace).map(({ metadata, status }) => ({
      name: metadata.name,
      phase: status?.phase,
      message: status?.message ?? '',
    })),
  })
}

const ageOf = ({ metadata: { creationTimestamp, annotations } }: ReplicaSet) =>
  `${creationTimestamp}${annotations?.['rollout.argoproj.io/revision']}`

function inWords<T>(words: Map<string, string>, value: T): T {
  let text = JSON.stringify(value)
  for (const [hash, word] of words) text = text.replaceAll(hash, word)
  text = text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME').replace(/(web-REV\d+)-[a-z0-9]{5}\b/g, '$1-POD')
  return JSON.parse(text) as T
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

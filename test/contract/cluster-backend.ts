import { setTimeout } from 'node:timers/promises'
import { inject } from 'vitest'
import { type Cluster, type ClusterOptions, startCluster } from '../cluster/cluster.ts'
import type { Backend, Permission } from './backends.ts'
import { Metrics } from './metrics.ts'

export interface ClusterBackend extends Backend {
  readonly cluster: Cluster
}

/**
 * etcd, kube-apiserver and the rest, with the real Argo Rollouts controller.
 *
 * @param options which cluster; by default the one that all test files share
 */
export async function startClusterBackend(
  options: ClusterOptions = { name: inject('clusterName') },
): Promise<ClusterBackend> {
  const cluster = await startCluster(options)
  const { api } = cluster
  const metrics = new Metrics()
  await metrics.start()
  const writers: NodeJS.Timeout[] = []
  return {
    cluster,
    name: 'cluster',
    clock: systemClock,
    settleMs: 500,
    quietMs: 1000,
    patienceMs: 60_000,
    kubeconfig: cluster.kubeconfig,
    api,
    createNamespace: async name => {
      await api.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
      // Admission refuses pods until the namespace has its service account.
      await until(() => api.send('GET', `/api/v1/namespaces/${name}/serviceaccounts/default`))
    },
    kubeconfigFor: async (namespace, user, permissions) => {
      const rules = permissions.map(({ verbs, resources }) => ({ apiGroups: ['*'], resources, verbs }))
      const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
      const apiVersion = 'rbac.authorization.k8s.io/v1'
      const metadata = { name: user, namespace }
      await api.apply(`${rbac}/roles/${user}`, { apiVersion, kind: 'Role', metadata, rules })
      const apiGroup = 'rbac.authorization.k8s.io'
      await api.apply(`${rbac}/rolebindings/${user}`, {
        apiVersion,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup, kind: 'Role', name: user },
        subjects: [{ apiGroup, kind: 'User', name: user }],
      })
      await untilGranted(user, namespace, permissions)
      return cluster.kubeconfigFor({ name: user })
    },
    podsWrite: (namespace, lines) => {
      const known = new Set<string>()
      const write = async () => {
        const { items } = await api.send<{ items: { metadata: { name: string } }[] }>(
          'GET',
          `/api/v1/namespaces/${namespace}/pods`,
        )
        for (const pod of items.map(each => each.metadata.name)) {
          if (known.has(pod)) continue
          known.add(pod)
          await cluster.logs.set({ namespace, pod }, lines)
          await cluster.logs.set({ namespace, pod, previous: true }, lines)
        }
      }
      writers.push(setInterval(() => void write().catch(() => {}), 200))
    },
    appendLog: (namespace, pod, lines) => cluster.logs.append({ namespace, pod }, lines),
    metric: name => metrics.metric(name),
    withoutController: async run => {
      await cluster.stop('argo-rollouts')
      try {
        return await run()
      } finally {
        await cluster.start('argo-rollouts')
      }
    },
    withoutKind: async run => {
      const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
      const crd = await api.send<{ metadata: { name: string }; spec: object }>('GET', `${path}/rollouts.argoproj.io`)
      await cluster.stop('argo-rollouts')
      await api.send('DELETE', `${path}/rollouts.argoproj.io`)
      await untilServed(false)
      try {
        return await run()
      } finally {
        const { apiVersion, kind, spec, metadata } = {
          apiVersion: 'apiextensions.k8s.io/v1',
          ...crd,
          kind: 'CustomResourceDefinition',
        }
        await api.send('POST', path, {
          apiVersion,
          kind,
          metadata: { name: metadata.name, annotations: { 'api-approved.kubernetes.io': 'unapproved' } },
          spec,
        })
        await untilServed(true)
        await cluster.start('argo-rollouts')
      }
    },
    stop: async () => {
      for (const writer of writers) clearInterval(writer)
      await metrics.stop()
      await cluster.down()
    },
  }

  async function untilServed(isServed: boolean) {
    await until(async () => {
      const answers = await api.send('GET', '/apis/argoproj.io/v1alpha1/rollouts?limit=1').then(
        () => true,
        () => false,
      )
      if (answers !== isServed) throw new Error(`rollouts are ${isServed ? 'not ' : ''}served`)
    })
  }

  /** The authorizer learns of a role a moment after it was written. */
  async function untilGranted(user: string, namespace: string, permissions: readonly Permission[]) {
    const [first] = permissions
    if (!first) return
    const [resource = '', subresource] = (first.resources[0] ?? '').split('/')
    const group = ['rollouts', 'experiments', 'analysisruns'].includes(resource) ? 'argoproj.io' : ''
    const resourceAttributes = { namespace, verb: first.verbs[0], group, resource, ...(subresource && { subresource }) }
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: { user, resourceAttributes },
    }
    await until(async () => {
      const { status } = await api.send<{ status: { allowed: boolean } }>(
        'POST',
        '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        review,
      )
      if (!status.allowed) throw new Error(`${user} may not ${first.verbs[0]} ${resource} yet`)
    })
  }
}

export const systemClock: Backend['clock'] = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
}

async function until(attempt: () => Promise<unknown>, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await setTimeout(50)
    }
  }
}

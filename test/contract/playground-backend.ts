import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rollouts } from '../../src/lib/kube/resource-types.ts'
import { PacedClock } from '../../src/lib/playground/clock.ts'
import { startPlayground } from '../../src/lib/playground/playground.ts'
import { apiClient } from '../cluster/api-client.ts'
import { fakeContext } from '../fakes/context.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'
import type { Backend, Permission } from './backends.ts'
import { Metrics } from './metrics.ts'

/** seconds of the cluster per second */
const speed = 20

/** The embedded cluster behind its HTTPS server, in this process. */
export async function startPlaygroundBackend(): Promise<Backend> {
  const folder = temporaryFolder()
  const metrics = new Metrics()
  await metrics.start()
  const logs = new Map<string, readonly string[]>()
  const permissions = new Map<string, { namespace: string; allowed: readonly Permission[] }>()
  const clock = new PacedClock({ now: () => Date.now(), sleep: () => Promise.reject(new Error('not slept on')) }, speed)
  const playground = await startPlayground(
    {
      clock,
      kubeconfigPath: join(folder.path, 'admin'),
      pods: pod => {
        const log = logs.get(pod.metadata.namespace ?? '')
        return log && { log }
      },
      authorizer: (user, { verb, resource, subresource, namespace }) => {
        const granted = permissions.get(user.name)
        if (!granted) return true
        const asked = subresource ? `${resource}/${subresource}` : resource
        return granted.allowed.some(
          each => granted.namespace === namespace && each.verbs.includes(verb) && each.resources.includes(asked),
        )
      },
    },
    fakeContext(),
  )
  const admin = await playground.server.certificates.issue({ name: 'admin', groups: ['system:masters'] })
  const api = apiClient(playground.url, playground.server.certificates.authority, admin)
  return {
    name: 'playground',
    clock: playground.clock,
    settleMs: 0,
    quietMs: 0,
    patienceMs: 15_000,
    kubeconfig: join(folder.path, 'admin'),
    api,
    createNamespace: name =>
      api.apply(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }),
    kubeconfigFor: async (namespace, user, allowed) => {
      permissions.set(user, { namespace, allowed })
      const file = join(folder.path, user)
      writeFileSync(file, await playground.server.kubeconfig({ name: user, groups: [] }))
      return file
    },
    podsWrite: (namespace, lines) => void logs.set(namespace, lines),
    appendLog: (namespace, pod, lines) =>
      playground.simulation.logs.append({ namespace, pod, container: 'app' }, lines),
    metric: name => metrics.metric(name),
    withoutController: async run => {
      playground.simulation.pauseRollouts()
      try {
        return await run()
      } finally {
        playground.simulation.resumeRollouts()
      }
    },
    withoutKind: async run => {
      const served = playground.store.catalog.findKind('argoproj.io/v1alpha1', 'Rollout')
      playground.store.catalog.remove(rollouts)
      try {
        return await run()
      } finally {
        if (served) playground.store.catalog.add(served)
      }
    },
    stop: async () => {
      api.close()
      await playground.stop()
      await metrics.stop()
      folder.remove()
      if (playground.simulation.errors.length > 0) throw playground.simulation.errors[0]
    },
  }
}

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Bench } from './run.ts'

const namespaces = 10
const perNamespace = 500
const collection = '/apis/argoproj.io/v1alpha1/rollouts'

/** A long answer of about 23 MB: transfer, parsing and memory. The controller is stopped, so that nothing changes. */
export async function listBench(
  cluster: Cluster,
  runtimes: Readonly<Record<string, readonly string[]>>,
): Promise<Bench> {
  await cluster.stop('argo-rollouts')
  await createRollouts(cluster)
  const { length } = JSON.stringify(await cluster.api.send('GET', collection))
  console.log(`${namespaces * perNamespace} rollouts, ${(length / 1e6).toFixed(1)} MB of JSON`)
  const env = { KUBECONFIG: cluster.kubeconfig }
  return {
    baseline: {
      name: 'kubectl argo rollouts list',
      argv: [cluster.bin('kubectl-argo-rollouts'), 'list', 'rollouts', '-A'],
      env,
    },
    candidates: [
      { name: 'kubectl get --raw', argv: [cluster.bin('kubectl'), 'get', '--raw', collection], env },
      ...Object.entries(runtimes).map(([name, program]) => ({
        name: `rollout list -A, ${name}`,
        argv: [...program, 'rollout', 'list', '-A'],
        env,
        bar: 'time <= 0.85, memory <= 0.5, time <= 1.4 x get --raw',
      })),
    ],
  }
}

async function createRollouts({ api }: Cluster): Promise<void> {
  const seed: Rollout = parse(readFileSync('examples/loans-api/rollout-loans-api.yaml', 'utf8'))
  for (let space = 0; space < namespaces; space++) {
    const namespace = `team-${space}`
    await api.send('POST', '/api/v1/namespaces', { metadata: { name: namespace } })
    for (let first = 0; first < perNamespace; first += 8) {
      const names = Array.from({ length: Math.min(8, perNamespace - first) }, (_, index) => `service-${first + index}`)
      await Promise.all(names.map(name => createOne(api, namespace, name, { ...seed, metadata: { name } })))
    }
  }
}

async function createOne(api: Cluster['api'], namespace: string, name: string, rollout: Rollout): Promise<void> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts`
  await api.send('POST', path, { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', ...rollout })
  await api.mergePatch(`${path}/${name}/status`, { status })
}

const status = {
  phase: 'Paused',
  message: 'CanaryPauseStep',
  currentStepIndex: 1,
  currentPodHash: '7d4f9c6b8d',
  stableRS: '56f6cb4688',
  currentStepHash: '6c9f8d5b7f',
  observedGeneration: '1',
  replicas: 3,
  updatedReplicas: 1,
  readyReplicas: 3,
  availableReplicas: 3,
  HPAReplicas: 3,
  selector: 'app=loans-api',
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T10:00:00Z' }],
  canary: {
    weights: {
      canary: { weight: 10, podTemplateHash: '7d4f9c6b8d' },
      stable: { weight: 90, podTemplateHash: '56f6cb4688' },
    },
  },
  conditions: ['Available', 'Completed', 'Healthy', 'Paused', 'Progressing'].map(type => ({
    type,
    status: type === 'Completed' || type === 'Healthy' ? 'False' : 'True',
    reason: `${type}Reason`,
    message: `The condition ${type} as a controller writes it, with a sentence of the usual length.`,
    lastTransitionTime: '2026-01-01T10:00:00Z',
    lastUpdateTime: '2026-01-01T10:00:00Z',
  })),
}

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse, parseAllDocuments } from 'yaml'
import { type ApiClient, ApiError } from './api-client.ts'
import { manifestsFolder } from './build.ts'
import { nodeName } from './components.ts'
import { sourceFolder } from './folders.ts'
import { type ClusterState, layout } from './state.ts'

interface KubernetesObject {
  kind: string
  metadata: { name: string; namespace?: string; [field: string]: unknown }
  [field: string]: unknown
}

const crdPath = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const kwokCrds = /_(stages|logs|clusterlogs)\.yaml$/

/** Creates the CRDs of argo-rollouts and KWOK, waits until they are served, and adds our pod and node stages. */
export async function installDefinitions(api: ApiClient, state: ClusterState): Promise<void> {
  const files = [
    ...yamlFiles(manifestsFolder('argo-rollouts')).filter(file => file.endsWith('-crd.yaml')),
    ...yamlFiles(manifestsFolder('kwok')).filter(file => kwokCrds.test(file)),
  ]
  const names = await Promise.all(
    files.map(async file => {
      const crd = parse(readFileSync(file, 'utf8')) as KubernetesObject
      await api.send('POST', crdPath, crd)
      return crd.metadata.name
    }),
  )
  await Promise.all(names.map(name => untilEstablished(api, name)))
  await Promise.all([installStages(api), installDefaultLogs(api, state)])
}

/** Creates fake nodes that are large enough for thousands of pods and carry no not-ready taint. */
export async function installFakeNodes(api: ApiClient, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => installFakeNode(api, nodeName(index))))
}

async function installFakeNode(api: ApiClient, name: string): Promise<void> {
  const capacity = { cpu: '1000', memory: '4Ti', pods: '10000', 'ephemeral-storage': '4Ti' }
  await api.send('POST', '/api/v1/nodes', {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } },
    status: { allocatable: capacity, capacity },
  })
  const path = `/api/v1/nodes/${name}`
  await until(`node ${name} to be Ready`, async () => {
    const node = await api.send<{ status?: { conditions?: { type: string; status: string }[] } }>('GET', path)
    return node.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True')
  })
  // Admission taints every new node as not ready; the controller that lifts the taint takes seconds to notice. A write
  // in between makes the server refuse ours, hence no resourceVersion: a merge patch always applies.
  await api.mergePatch(path, { spec: { taints: null } })
}

async function installStages(api: ApiClient): Promise<void> {
  const folder = join(sourceFolder, 'stages')
  const stages = yamlFiles(folder).flatMap(file =>
    parseAllDocuments(readFileSync(file, 'utf8')).map(document => document.toJS() as KubernetesObject),
  )
  await Promise.all(stages.map(stage => api.send('POST', '/apis/kwok.x-k8s.io/v1alpha1/stages', stage)))
}

/** Pods without a log of their own have an empty one, as a container that never wrote has. */
async function installDefaultLogs(api: ApiClient, state: ClusterState): Promise<void> {
  const { podLogs } = layout(state.folder)
  mkdirSync(podLogs, { recursive: true })
  const file = join(podLogs, 'empty.log')
  writeFileSync(file, '')
  await api.send('POST', '/apis/kwok.x-k8s.io/v1alpha1/clusterlogs', {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'ClusterLogs',
    metadata: { name: 'empty' },
    spec: { logs: [{ logsFile: file, previousLogsFile: file }] },
  })
}

async function untilEstablished(api: ApiClient, name: string): Promise<void> {
  const plural = name.slice(0, name.indexOf('.'))
  const group = name.slice(plural.length + 1)
  await until(`CRD ${name} to be served`, async () => {
    const crd = await api.send<{ spec: { versions: { name: string }[] } }>('GET', `${crdPath}/${name}`)
    // Established is said a moment before the API server routes the requests: ask for the list itself.
    try {
      await api.send('GET', `/apis/${group}/${crd.spec.versions[0]?.name}/${plural}?limit=1`)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return false
      throw error
    }
  })
}

async function until(what: string, isSo: () => Promise<boolean | undefined>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`)
    await sleep(50)
  }
}

function yamlFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .sort()
    .map(file => join(folder, file))
}

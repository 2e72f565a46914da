import type { Context } from '../../context/context.ts'
import type { KubeClient, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { collectionPath } from '../../kube/resource-path.ts'
import {
  analysisRuns,
  analysisTemplates,
  clusterAnalysisTemplates,
  experiments,
  namespaces,
  rollouts,
} from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import type { Candidate, CandidateSource } from './completion-command.ts'

const types: Readonly<Partial<Record<CandidateSource, ResourceType>>> = {
  rollouts,
  experiments,
  namespaces,
  analysisruns: analysisRuns,
  analysistemplates: analysisTemplates,
  clusteranalysistemplates: clusterAnalysisTemplates,
}
const limit = 1000
/** Somebody waits with a finger on TAB. */
const patienceMs = 2_000

/** The names that a source has now. Rejects when they cannot be had within two seconds. */
export async function fetchCandidates(
  source: CandidateSource,
  kubeconfigFile: string | undefined,
  context: Context,
): Promise<Candidate[]> {
  const type = types[source]
  if (type === undefined) return kubeconfigNames(source as 'contexts' | 'clusters' | 'users', kubeconfigFile, context)
  const names = await Promise.race([objectNames(type, context), timeout(context)])
  return names.map(value => ({ value }))
}

async function timeout(context: Context): Promise<never> {
  await context.clock.sleep(patienceMs, context.signal)
  throw new Failure('timed-out', 'the API server did not answer in time')
}

async function objectNames(type: ResourceType, context: Context): Promise<string[]> {
  const client = await context.kube()
  const { items } = await metadataOf(client, type)
  return items.map(({ metadata }) => metadata.name).sort()
}

/** Only the metadata is asked for, a tenth of the objects' size; a server that cannot do that sends them whole. */
async function metadataOf(client: KubeClient, type: ResourceType): Promise<{ items: KubeObject[] }> {
  try {
    const answer = await client.raw({
      path: `${collectionPath(type, client.namespace)}?limit=${limit}`,
      headers: { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' },
    })
    return JSON.parse(answer.body)
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error
    return client.list<KubeObject>(type, { limit })
  }
}

async function kubeconfigNames(
  source: 'contexts' | 'clusters' | 'users',
  file: string | undefined,
  context: Context,
): Promise<Candidate[]> {
  const { loadKubeconfig } = await import('../../kube/config/load-kubeconfig.ts')
  const kubeconfig = await loadKubeconfig(file, context)
  return [...kubeconfig[source].keys()].map(value => {
    const isCurrent = source === 'contexts' && value === kubeconfig.currentContext
    return isCurrent ? { value, description: 'current' } : { value }
  })
}

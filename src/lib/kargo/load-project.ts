import type { KubeClient, ResourceType, Selection } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { listAll } from '../kube/pages.ts'
import { analysisRuns } from '../kube/resource-types.ts'
import type { AnalysisRun } from '../rollouts/rollout.ts'
import { Failure } from '../values/failure.ts'
import type { Freight } from './freight.ts'
import { freights, keys, leases, projectConfigs, promotions, stages, warehouses } from './kargo-resources.ts'
import type { KargoVersion } from './kargo-version.ts'
import type { ProjectConfig } from './project-config.ts'
import type { Promotion } from './promotion.ts'
import type { Stage } from './stage.ts'
import { type Lease, type ProjectObjects, ProjectView } from './trace/project-objects.ts'
import type { NotVisible } from './trace/trace.ts'
import type { Warehouse } from './warehouse.ts'

export interface LoadedProject {
  view: ProjectView
  notVisible: NotVisible[]
}

export interface LoadOptions {
  nowMs: number
  version?: KargoVersion
  /** where Kargo itself runs; default `kargo` */
  kargoNamespace?: string
}

/**
 * Reads a Project: seven lists and reads, whatever its size. Stages and Freight must be readable; what else is not, is
 * left out and named.
 *
 * @param project default: the client's namespace
 */
export async function loadProject(
  client: KubeClient,
  options: LoadOptions,
  project = client.namespace,
): Promise<LoadedProject> {
  const notVisible: NotVisible[] = []
  const place = { namespace: project }
  const all = async <T extends KubeObject>(type: ResourceType, selection: Selection = place): Promise<T[]> =>
    (await listAll<T>(client, type, selection)).items
  const unless = async <T>(what: string, lacks: string, request: Promise<T>): Promise<T | undefined> => {
    try {
      return await request
    } catch (error) {
      if (!(error instanceof Failure) || !/^(Forbidden|NotFound|NoMatch)$/.test(error.reason ?? '')) throw error
      notVisible.push({ what, why: error.reason === 'Forbidden' ? 'forbidden' : 'not there', lacks })
      return undefined
    }
  }
  const heartbeats: Selection = { namespace: options.kargoNamespace ?? 'kargo', labelSelector: keys.controller }
  const [found, allStages, allPromotions, allWarehouses, projectConfig, runs, alive] = await Promise.all([
    all<Freight>(freights),
    all<Stage>(stages),
    unless('Promotions', 'whether one waits, runs or failed', all<Promotion>(promotions)),
    unless('Warehouses', 'whether they are there', all<Warehouse>(warehouses)),
    unless('the ProjectConfig', 'whether auto-promotion is on is taken from the Stages', config(client, project)),
    unless('AnalysisRuns', 'a verification is as its Stage says', all<AnalysisRun>(analysisRuns)),
    unless('Leases of Kargo', 'whether its controllers run', all<Lease>(leases, heartbeats)),
  ])
  const objects: ProjectObjects = {
    project,
    nowMs: options.nowMs,
    version: options.version ?? '1.11',
    freight: found,
    stages: allStages,
    ...(allPromotions && { promotions: allPromotions }),
    ...(allWarehouses && { warehouses: allWarehouses }),
    ...(projectConfig !== undefined && { projectConfig }),
    ...(runs && { analysisRuns: runs }),
    ...(alive && { leases: alive }),
  }
  return { view: new ProjectView(objects), notVisible }
}

/** null where there is none, which means something: auto-promotion is off. */
async function config(client: KubeClient, project: string): Promise<ProjectConfig | null> {
  try {
    return await client.get<ProjectConfig>(projectConfigs, { namespace: project, name: project })
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NotFound') return null
    throw error
  }
}

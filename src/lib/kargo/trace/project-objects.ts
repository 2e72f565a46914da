import type { KubeObject } from '../../context/kube-object.ts'
import type { AnalysisRun } from '../../rollouts/rollout.ts'
import { type AutoPromotionStep, autoPromotionSteps } from '../auto-promotion.ts'
import { type AvailableFreight, listAvailableFreight } from '../available-freight.ts'
import { compareNewestFirst, type Freight, isSameOrigin, type Origin, originKey } from '../freight.ts'
import type { KargoVersion } from '../kargo-version.ts'
import type { ProjectConfig } from '../project-config.ts'
import type { Promotion } from '../promotion.ts'
import type { Stage } from '../stage.ts'
import type { Warehouse } from '../warehouse.ts'

/** coordination.k8s.io/v1 Lease, by which Kargo's controllers say that they live (since 1.10). */
export interface Lease extends KubeObject {
  spec?: { holderIdentity?: string; leaseDurationSeconds?: number; acquireTime?: string; renewTime?: string }
}

/** What was read of a Project at one moment. A collection that may not be read is left out, never empty. */
export interface ProjectObjects {
  project: string
  nowMs: number
  version: KargoVersion
  warehouses?: readonly Warehouse[]
  freight: readonly Freight[]
  stages: readonly Stage[]
  promotions?: readonly Promotion[]
  /** null: there is none */
  projectConfig?: ProjectConfig | null
  analysisRuns?: readonly AnalysisRun[]
  /** of Kargo's controllers, in Kargo's own namespace */
  leases?: readonly Lease[]
}

/** The objects of a Project with what is asked of them again and again. */
export class ProjectView {
  readonly project: string
  readonly nowMs: number
  readonly version: KargoVersion
  readonly promotions: readonly Promotion[]
  private readonly stages: ReadonlyMap<string, Stage>
  private readonly runs: ReadonlyMap<string, AnalysisRun>
  private readonly promotionsByStage = new Map<string, Promotion[]>()
  private readonly lists = new Map<string, AvailableFreight>()
  private readonly steps = new Map<string, ReadonlyMap<string, AutoPromotionStep>>()
  private readonly newest = new Map<string, Freight | undefined>()

  constructor(readonly objects: ProjectObjects) {
    this.project = objects.project
    this.nowMs = objects.nowMs
    this.version = objects.version
    this.promotions = objects.promotions ?? []
    this.stages = new Map(objects.stages.map(each => [each.metadata.name, each]))
    this.runs = new Map((objects.analysisRuns ?? []).map(each => [each.metadata.name, each]))
    for (const each of this.promotions) {
      const ofStage = this.promotionsByStage.get(each.spec.stage)
      if (ofStage) ofStage.push(each)
      else this.promotionsByStage.set(each.spec.stage, [each])
    }
  }

  stage(name: string): Stage | undefined {
    return this.stages.get(name)
  }

  freight(name: string): Freight | undefined {
    return this.objects.freight.find(each => each.metadata.name === name)
  }

  /** undefined: it is not there, or may not be read (`canSeeRuns`). */
  analysisRun(name: string): AnalysisRun | undefined {
    return this.runs.get(name)
  }

  get canSeeRuns(): boolean {
    return this.objects.analysisRuns !== undefined
  }

  promotionsTo(stage: string): readonly Promotion[] {
    return this.promotionsByStage.get(stage) ?? []
  }

  /** What Kargo lists; where the Warehouses may not be read, each that is asked for is taken to be there. */
  available(stage: Stage): AvailableFreight {
    const known = this.lists.get(stage.metadata.name)
    if (known) return known
    const warehouses = this.objects.warehouses ?? assumedWarehouses(stage)
    const list = listAvailableFreight(stage, warehouses, this.objects.freight, this.nowMs)
    this.lists.set(stage.metadata.name, list)
    return list
  }

  /** What the Stage's controller would do next, by origin, if auto-promotion is on. */
  autoPromotion(stage: Stage): ReadonlyMap<string, AutoPromotionStep> {
    const { name } = stage.metadata
    const known = this.steps.get(name)
    if (known) return known
    const steps = autoPromotionSteps(stage, this.available(stage), this.promotionsTo(name))
    this.steps.set(name, steps)
    return steps
  }

  /** The newest Freight of an origin that Kargo lists for the Stage. */
  newestAvailable(stage: Stage, origin: Origin | undefined): Freight | undefined {
    const key = `${stage.metadata.name} ${originKey(origin)}`
    if (this.newest.has(key)) return this.newest.get(key)
    const list = this.available(stage)
    const ofOrigin = 'error' in list ? [] : list.freight.filter(each => isSameOrigin(each.origin, origin))
    const [newest] = [...ofOrigin].sort(compareNewestFirst)
    this.newest.set(key, newest)
    return newest
  }
}

function assumedWarehouses({ metadata, spec }: Stage): Warehouse[] {
  return (spec.requestedFreight ?? []).map(({ origin }) => ({
    metadata: { name: origin.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) },
  }))
}

import type { KubeObject } from '../../../src/lib/context/kube-object.ts'
import { isPromotionAccepted } from '../../../src/lib/kargo/admission.ts'
import type { Freight } from '../../../src/lib/kargo/freight.ts'
import type { ProjectConfig } from '../../../src/lib/kargo/project-config.ts'
import type { Promotion } from '../../../src/lib/kargo/promotion.ts'
import type { Stage } from '../../../src/lib/kargo/stage.ts'
import { blocksTo } from '../../../src/lib/kargo/trace/blocks.ts'
import { type Lease, type ProjectObjects, ProjectView } from '../../../src/lib/kargo/trace/project-objects.ts'
import type { Warehouse } from '../../../src/lib/kargo/warehouse.ts'
import type { AnalysisRun } from '../../../src/lib/rollouts/rollout.ts'
import type { Case, Suite } from '../suite.ts'

export interface Scenario extends Case {
  name: string
  kargo: string
  now: string
  question: { project: string; freight: string; stage: string }
  truth: {
    blockReason: string
    blockedAt: string
    alsoReasons?: string[]
    since: string
    promotionAccepted: boolean
    listedAsAvailable: boolean | { error: string }
  }
  objects: KubeObject[]
}

/** States of real Kargo 1.11.2 projects, and why the Freight is not in the Stage, found out by trying. */
export const kargoScenariosSuite: Suite<Scenario> = {
  folder: { file: /^\d+-.*\.json$/, case: (text, name) => ({ ...JSON.parse(text), id: name, expect: undefined }) },
  compare: ({ truth, question, ...scenario }) => {
    const view = new ProjectView(objectsOf(scenario as unknown as Scenario, question.project))
    const stage = view.stage(question.stage)
    const freight = view.freight(question.freight)
    if (!stage || !freight) throw new Error('the scenario lacks what it asks for')
    const [first, ...rest] = blocksTo(view, stage, freight)
    const list = view.available(stage)
    return {
      expected: {
        blockReason: truth.blockReason,
        blockedAt: truth.blockedAt,
        since: instant(truth.since),
        alsoReasons: [...new Set(truth.alsoReasons)].sort(),
        promotionAccepted: truth.promotionAccepted,
        listedAsAvailable: typeof truth.listedAsAvailable === 'boolean' ? truth.listedAsAvailable : 'error',
      },
      actual: {
        blockReason: first?.reason,
        blockedAt: first?.stage,
        since: instant(first?.since),
        alsoReasons: [...new Set(rest.map(({ reason }) => reason))].filter(each => each !== first?.reason).sort(),
        promotionAccepted: isPromotionAccepted(stage, freight, view.nowMs),
        listedAsAvailable:
          'error' in list ? 'error' : list.freight.some(each => each.metadata.name === question.freight),
      },
    }
  },
}

/** The same moment may be written with and without fractions. */
function instant(time: string | null | undefined): string | undefined {
  return time ? new Date(time).toISOString() : undefined
}

export function objectsOf({ now, objects }: Pick<Scenario, 'now' | 'objects'>, project: string): ProjectObjects {
  const ofKind = <T extends KubeObject>(kind: string) => objects.filter(each => each.kind === kind) as T[]
  return {
    project,
    nowMs: Date.parse(now),
    version: '1.11',
    warehouses: ofKind<Warehouse>('Warehouse'),
    freight: ofKind<Freight>('Freight'),
    stages: ofKind<Stage>('Stage'),
    promotions: ofKind<Promotion>('Promotion'),
    projectConfig: ofKind<ProjectConfig>('ProjectConfig')[0] ?? null,
    analysisRuns: ofKind<AnalysisRun>('AnalysisRun'),
    leases: ofKind<Lease>('Lease'),
  }
}

import { isFreightAvailable } from '../../../src/lib/kargo/admission.ts'
import { autoPromotionCandidates, autoPromotionSteps } from '../../../src/lib/kargo/auto-promotion.ts'
import { autoPromotionPolicy } from '../../../src/lib/kargo/auto-promotion-policy.ts'
import { type AvailableFreight, listAvailableFreight } from '../../../src/lib/kargo/available-freight.ts'
import type { Freight } from '../../../src/lib/kargo/freight.ts'
import type { ProjectConfig } from '../../../src/lib/kargo/project-config.ts'
import type { Promotion } from '../../../src/lib/kargo/promotion.ts'
import type { Stage } from '../../../src/lib/kargo/stage.ts'
import type { Warehouse } from '../../../src/lib/kargo/warehouse.ts'
import type { Case, Suite } from '../suite.ts'

interface FreightCase extends Case {
  now: string
  stage: Stage
  warehouses: Warehouse[]
  freight: Freight[]
  promotions?: Promotion[]
  projectConfig: ProjectConfig | null
  expect: Record<string, unknown>
}

/** Kargo 1.11.2's own functions: which Freight is available to a Stage, and what auto-promotion does with it. */
export const freightSuite: Suite<FreightCase> = {
  compare: test => {
    const nowMs = Date.parse(test.now)
    const available = listAvailableFreight(test.stage, test.warehouses, test.freight, nowMs)
    const policy = autoPromotionPolicy(test.stage, test.projectConfig)
    const actual: Record<string, unknown> = {
      isAvailable: Object.fromEntries(
        test.freight.map(each => [keyOf(each, test.stage), isFreightAvailable(test.stage, each, nowMs)]),
      ),
      available: 'error' in available ? available : available.freight.map(each => each.metadata.name),
      autoPromotionCandidate: candidatesOf(test.stage, available),
      autoPromotionEnabled: 'error' in policy ? 'error' : policy.enabled,
      autoPromotion: Object.fromEntries(autoPromotionSteps(test.stage, available, test.promotions ?? [])),
    }
    const expected: Record<string, unknown> = {
      ...test.expect,
      // Only the fact is compared: the text is that of Go's packages.
      autoPromotionEnabled:
        typeof test.expect.autoPromotionEnabled === 'object' ? 'error' : test.expect.autoPromotionEnabled,
    }
    // Two fields are there only for some cases, by rules that are the data's and not Kargo's.
    if (!('autoPromotion' in expected)) delete actual.autoPromotion
    if (!('autoPromotionCandidate' in expected)) delete actual.autoPromotionCandidate
    return { expected, actual }
  },
}

function candidatesOf(stage: Stage, available: AvailableFreight): Record<string, string> {
  if ('error' in available) return {}
  const candidates = [...autoPromotionCandidates(stage, available.freight)]
  return Object.fromEntries(candidates.map(([origin, each]) => [origin, each.metadata.name]))
}

function keyOf({ metadata }: Freight, stage: Stage): string {
  return metadata.namespace === stage.metadata.namespace ? metadata.name : `${metadata.namespace}/${metadata.name}`
}

import { isMap, listOf, mapOf, mapsOf } from '../model/plain.ts'
import { stagesOf } from '../model/stages.ts'
import type { Rule } from '../rule.ts'

export const sourcesMissing: Rule = {
  id: 'CA055',
  name: 'sources-missing',
  severity: 'error',
  title: 'Requested Freight without sources',
  explanation:
    'requestedFreight needs sources: direct, or the Stages that it comes through. Without Kargo’s webhooks the API server refuses the Stage (spec.requestedFreight[0].sources: Required value); with them it is stored with empty sources, and no Freight is ever available there except by approval.',
  hint: 'add sources: {direct: true}, or sources: {stages: [...]}',
  example: {
    wrong: 'requestedFreight:\n- origin: {kind: Warehouse, name: shop}',
    right: 'requestedFreight:\n- origin: {kind: Warehouse, name: shop}\n  sources: {direct: true}',
  },
  check(project, report) {
    for (const { document, spec } of stagesOf(project))
      for (const [index, request] of mapsOf(spec.requestedFreight)) {
        const { direct, stages } = mapOf(request.sources)
        if (direct === true || listOf(stages).length > 0) continue
        const path = ['spec', 'requestedFreight', index]
        const isThere = isMap(request.sources)
        report(
          { document, path: isThere ? [...path, 'sources'] : path, ...(isThere ? { onKey: true } : {}) },
          isThere
            ? 'sources name neither direct nor a Stage, so no Freight is ever available here'
            : 'requested Freight without sources: no Freight is ever available here',
        )
      }
  },
}

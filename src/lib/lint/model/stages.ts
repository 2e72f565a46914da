import type { LintDocument } from '../sources/lint-document.ts'
import { listOf, mapOf, mapsOf, type PlainMap } from './plain.ts'
import type { Project } from './project.ts'

export interface StageModel {
  document: LintDocument
  spec: PlainMap
  /** without any the Stage is control flow */
  hasSteps: boolean
}

/** The Kargo Stages among the objects. */
export function stagesOf({ documents }: Project): StageModel[] {
  return documents
    .filter(({ object }) => object.kind === 'Stage' && String(object.apiVersion ?? '').startsWith('kargo.akuity.io/'))
    .map(document => {
      const spec = mapOf(document.object.spec)
      return { document, spec, hasSteps: listOf(mapOf(mapOf(spec.promotionTemplate).spec).steps).length > 0 }
    })
}

/** The steps of a Stage's promotion template with their places. */
export const stepsOf = (spec: PlainMap) => mapsOf(mapOf(mapOf(spec.promotionTemplate).spec).steps)

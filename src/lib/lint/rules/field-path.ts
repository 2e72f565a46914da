import { AnalysisError } from '../../analysis/analysis-error.ts'
import { rolloutArguments } from '../../analysis/rollout-arguments.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { mapOf, textOf } from '../model/plain.ts'
import type { Rule } from '../rule.ts'

export const fieldPath: Rule = {
  id: 'CA051',
  name: 'field-path',
  severity: 'error',
  title: 'A fieldPath that cannot be read from the Rollout',
  explanation:
    "A fieldPath that begins with metadata is read as the downward API does: metadata.name, metadata.namespace, metadata.uid, metadata.labels['key'] and metadata.annotations['key']. The form metadata.labels.key is refused, and the Rollout is InvalidSpec.",
  hint: "write metadata.labels['key']",
  example: { wrong: 'fieldPath: metadata.labels.app', right: "fieldPath: metadata.labels['app']" },
  isFixable: true,
  check({ references }, report) {
    for (const { document, kind, args } of references) {
      if (kind !== 'Rollout') continue
      for (const { path, name, valueFrom } of args) {
        const field = textOf(mapOf(valueFrom?.fieldRef).fieldPath)
        if (field === undefined || !field.startsWith('metadata')) continue
        const message = problemOf(name, field, document.object)
        if (message === undefined) continue
        const target = { document, path: [...path, 'valueFrom', 'fieldRef', 'fieldPath'] }
        const [, map, key] = /^metadata\.(labels|annotations)\.([\w.\-/]+)$/.exec(field) ?? []
        const meant = `metadata.${map}['${key}']`
        report(
          target,
          message,
          key === undefined ? {} : { hint: `write ${meant}`, fix: { target, text: JSON.stringify(meant) } },
        )
      }
    }
  },
}

function problemOf(name: string, field: string, object: Record<string, unknown>): string | undefined {
  try {
    const rollout = { ...object, metadata: mapOf(object.metadata) } as unknown as Rollout
    rolloutArguments([{ name, valueFrom: { fieldRef: { fieldPath: field } } }], rollout, { latest: '', stable: '' })
    return undefined
  } catch (error) {
    if (error instanceof AnalysisError) return error.message
    throw error
  }
}

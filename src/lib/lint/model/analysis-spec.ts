import type { AnalysisTemplateSpec, Argument } from '../../analysis/analysis.ts'
import type { LintDocument } from '../sources/lint-document.ts'
import { objectLabel } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'
import type { Compiler } from './compiler.ts'
import { MetricModel } from './metric-model.ts'
import { mapOf, mapsOf, type TemplatedField, templatedFields, textOf } from './plain.ts'
import { placeholdersOf } from './templated-text.ts'

export type AnalysisKind = 'AnalysisTemplate' | 'ClusterAnalysisTemplate' | 'AnalysisRun'

export interface ArgumentModel {
  path: Path
  name: string
  arg: Argument
}

export interface NestedRef {
  path: Path
  templateName: string
  clusterScope: boolean
}

/** Where `{{args.NAME}}` stands. */
export interface ArgumentUse {
  path: Path
  onKey: boolean
  start: number
  end: number
  name: string
}

/** An AnalysisTemplate, ClusterAnalysisTemplate or AnalysisRun, as far as its fields have the right types. */
export class AnalysisSpec {
  readonly document: LintDocument
  readonly kind: AnalysisKind
  readonly name: string
  readonly namespace: string | undefined
  readonly label: string
  readonly args: readonly ArgumentModel[]
  readonly metrics: readonly MetricModel[]
  readonly nested: readonly NestedRef[]
  /** without what is of a wrong type; for the functions of the engine */
  readonly spec: AnalysisTemplateSpec
  #templated: TemplatedField[] | undefined
  #uses: ArgumentUse[] | undefined

  constructor(document: LintDocument, kind: AnalysisKind, compiler: Compiler) {
    const { metadata, spec: given } = document.object
    const spec = mapOf(given)
    this.document = document
    this.kind = kind
    this.name = textOf(mapOf(metadata).name) ?? ''
    this.namespace = textOf(mapOf(metadata).namespace)
    this.label = objectLabel(document)
    this.args = mapsOf(spec.args).flatMap(([index, arg]) => argumentModel(['spec', 'args', index], arg))
    const known = new Map(this.args.flatMap(({ name, arg }) => (arg.value === undefined ? [] : [[name, arg.value]])))
    this.metrics = mapsOf(spec.metrics).map(
      ([index, metric]) => new MetricModel(document, ['spec', 'metrics', index], metric, known, compiler),
    )
    this.nested = mapsOf(spec.templates).flatMap(([index, ref]) => {
      const templateName = textOf(ref.templateName)
      if (templateName === undefined) return []
      return [{ path: ['spec', 'templates', index], templateName, clusterScope: ref.clusterScope === true }]
    })
    this.spec = {
      metrics: this.metrics.map(({ metric }) => metric),
      args: this.args.map(({ arg }) => arg),
      dryRun: rules(spec.dryRun),
      measurementRetention: rules(spec.measurementRetention),
    }
  }

  /** The fields of metrics in which something is replaced. */
  get templated(): readonly TemplatedField[] {
    this.#templated ??= this.metrics.flatMap(({ path, raw }) => templatedFields(raw, path))
    return this.#templated
  }

  /** Every argument that a metric uses. */
  get uses(): readonly ArgumentUse[] {
    this.#uses ??= this.templated.flatMap(({ path, text, onKey }) =>
      placeholdersOf(text).list.flatMap(({ start, end, argument }) =>
        argument === undefined ? [] : [{ path, onKey, start, end, name: argument }],
      ),
    )
    return this.#uses
  }
}

export function argumentModel(path: Path, { name, value, valueFrom }: Record<string, unknown>): ArgumentModel[] {
  if (typeof name !== 'string') return []
  const { secretKeyRef, fieldRef } = mapOf(valueFrom)
  const source = {
    ...(secretKeyRef ? { secretKeyRef: secretKeyRef as { name: string; key: string } } : {}),
    ...(fieldRef ? { fieldRef: fieldRef as { fieldPath: string } } : {}),
  }
  const arg = {
    name,
    ...(value === undefined || value === null ? {} : { value: String(value) }),
    ...(Object.keys(source).length > 0 ? { valueFrom: source } : {}),
  }
  return [{ path, name, arg }]
}

const rules = (value: unknown) =>
  mapsOf(value).flatMap(([, { metricName }]) => (typeof metricName === 'string' ? [{ metricName }] : []))

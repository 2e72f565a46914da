import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import type { LintDocument } from '../sources/lint-document.ts'
import type { Path } from '../sources/path.ts'
import type { Compiler } from './compiler.ts'
import { ConditionModel } from './condition-model.ts'
import { isMap, mapOf, type PlainMap, textOf } from './plain.ts'
import type { QueryModel } from './query-model.ts'

const conditionFields = ['successCondition', 'failureCondition'] as const
const countFields = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const

/** A metric of a template; what its query and conditions are is worked out when a rule asks for it. */
export class MetricModel {
  readonly document: LintDocument
  readonly path: Path
  /** as it was written */
  readonly raw: PlainMap
  /** the fields whose types are right */
  readonly metric: AnalysisMetric
  readonly name: string
  /** `prometheus`; undefined with none or several */
  readonly provider: string | undefined
  /** of the provider */
  readonly config: PlainMap
  readonly compiler: Compiler
  readonly #known: ReadonlyMap<string, string>
  #query: QueryModel | undefined | null = null
  #conditions: ConditionModel[] | undefined

  constructor(
    document: LintDocument,
    path: Path,
    raw: PlainMap,
    known: ReadonlyMap<string, string>,
    compiler: Compiler,
  ) {
    this.compiler = compiler
    this.document = document
    this.path = path
    this.raw = raw
    this.name = textOf(raw.name) ?? ''
    this.metric = wellTyped(raw)
    const set = Object.entries(mapOf(raw.provider)).filter(([, config]) => isMap(config))
    const [only] = set
    this.provider = set.length === 1 ? only?.[0] : undefined
    this.config = set.length === 1 ? mapOf(only?.[1]) : {}
    this.#known = known
  }

  /** Default values of the template's arguments. */
  get defaults(): ReadonlyMap<string, string> {
    return this.#known
  }

  /** The path of a field of the provider. */
  providerPath(...steps: Path): Path {
    return [...this.path, 'provider', this.provider ?? '', ...steps]
  }

  /** Of a prometheus metric; undefined when it has none. */
  get query(): QueryModel | undefined {
    if (this.#query === null) {
      const text = this.provider === 'prometheus' ? textOf(this.config.query) : undefined
      this.#query =
        text === undefined ? undefined : this.compiler.query(text, isMap(this.config.rangeQuery), this.#known)
    }
    return this.#query
  }

  /** The conditions that are there, success first. */
  get conditions(): readonly ConditionModel[] {
    this.#conditions ??= conditionFields.flatMap(field => {
      const text = this.metric[field]
      return text ? [new ConditionModel(this, field, text)] : []
    })
    return this.#conditions
  }
}

function wellTyped(raw: PlainMap): AnalysisMetric {
  const metric: AnalysisMetric = { name: textOf(raw.name) ?? '' }
  for (const field of [...conditionFields, 'interval', 'initialDelay'] as const) {
    const text = textOf(raw[field])
    if (text !== undefined) metric[field] = text
  }
  for (const field of countFields) {
    const value = raw[field]
    if (typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))) metric[field] = value
  }
  if (isMap(raw.provider)) metric.provider = raw.provider
  return metric
}

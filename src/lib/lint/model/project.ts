import type { ControllerVersion } from '../../analysis/analysis.ts'
import type { LintDocument } from '../sources/lint-document.ts'
import { AnalysisSpec } from './analysis-spec.ts'
import { Compiler } from './compiler.ts'
import { type Reference, referencesOf, type TemplateMention } from './references.ts'

export interface LintOptions {
  /** whose conditions, fields and messages count */
  version: ControllerVersion
  /** how often Prometheus scrapes, in ms */
  scrapeIntervalMs: number
}

/** The templates that a reference leads to, nested ones too. */
export interface ResolvedReference extends Reference {
  /** in the order in which the controller merges them */
  specs: AnalysisSpec[]
  missing: TemplateMention[]
  /** something that it refers to is not among the objects, so nothing certain can be said of its arguments */
  isIncomplete: boolean
}

const kinds = ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'] as const

export interface Family {
  specs: AnalysisSpec[]
  isIncomplete: boolean
}

/** All objects that are checked together. */
export class Project {
  readonly options: LintOptions
  readonly documents: readonly LintDocument[]
  readonly specs: readonly AnalysisSpec[]
  readonly references: readonly ResolvedReference[]
  readonly #uses = new Map<AnalysisSpec, ResolvedReference[]>()
  readonly #byName = new Map<string, AnalysisSpec[]>()
  readonly #families = new Map<AnalysisSpec, Family>()
  /** templates that refer to others */
  readonly #withParts: readonly AnalysisSpec[]

  constructor(documents: readonly LintDocument[], options: LintOptions) {
    this.options = options
    this.documents = documents
    const compiler = new Compiler()
    this.specs = documents.flatMap(document => {
      const kind = kinds.find(each => each === document.object.kind)
      return kind === undefined ? [] : [new AnalysisSpec(document, kind, compiler)]
    })
    for (const spec of this.specs) {
      const key = `${spec.kind}/${spec.name}`
      const named = this.#byName.get(key)
      if (named) named.push(spec)
      else this.#byName.set(key, [spec])
    }
    this.#withParts = this.specs.filter(({ nested }) => nested.length > 0)
    this.references = documents.flatMap(referencesOf).map(reference => this.#resolve(reference))
    for (const reference of this.references)
      for (const spec of reference.specs) this.#uses.set(spec, [...(this.#uses.get(spec) ?? []), reference])
  }

  /** The references that a template is reached by. */
  usesOf(spec: AnalysisSpec): readonly ResolvedReference[] {
    return this.#uses.get(spec) ?? []
  }

  /**
   * The template that a name means to an object: objects without a namespace fit everywhere, and of several that fit the
   * one in the same file comes first, then one in the same directory.
   */
  template(
    name: string,
    isCluster: boolean,
    { namespace, document }: { namespace: string | undefined; document: LintDocument },
  ): AnalysisSpec | undefined {
    const named = this.#byName.get(`${isCluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'}/${name}`) ?? []
    const isHere = (spec: AnalysisSpec) => isCluster || namespace === undefined || spec.namespace === namespace
    const here = named.filter(isHere)
    const fitting = here.length > 0 ? here : named.filter(spec => spec.namespace === undefined)
    if (fitting.length < 2) return fitting[0]
    const directory = directoryOf(document)
    return (
      fitting.find(spec => spec.document.file === document.file) ??
      fitting.find(spec => directoryOf(spec.document) === directory) ??
      fitting[0]
    )
  }

  /** A template with all below it, and whether something of it is not there. */
  withNested(first: AnalysisSpec): Family {
    const known = this.#families.get(first)
    if (known) return known
    const specs: AnalysisSpec[] = []
    let isIncomplete = false
    const visit = (spec: AnalysisSpec) => {
      if (specs.includes(spec)) return
      specs.push(spec)
      for (const { templateName, clusterScope } of spec.nested) {
        const inner = this.template(templateName, clusterScope, spec)
        if (inner) visit(inner)
        else isIncomplete = true
      }
    }
    visit(first)
    const family = { specs, isIncomplete }
    this.#families.set(first, family)
    return family
  }

  /**
   * Every template that can be part of one run with this one: those below it, those above it with all that is below them,
   * and those that are named beside it.
   */
  together(spec: AnalysisSpec): Family {
    const uses = this.usesOf(spec)
    if (uses.length === 0 && this.#withParts.length === 0) return { specs: [spec], isIncomplete: false }
    const own = this.withNested(spec)
    const above = this.#withParts.filter(each => this.withNested(each).specs.includes(spec))
    const specs = [own, ...above.map(each => this.withNested(each)), ...uses].flatMap(each => each.specs)
    const isIncomplete = [own, ...above.map(each => this.withNested(each)), ...uses].some(each => each.isIncomplete)
    return { specs: [...new Set(specs)], isIncomplete }
  }

  #resolve(reference: Reference): ResolvedReference {
    const specs: AnalysisSpec[] = []
    const missing: TemplateMention[] = []
    let isIncomplete = false
    for (const mention of reference.templates) {
      const found = this.template(mention.name, mention.isCluster, reference)
      if (found === undefined) {
        missing.push(mention)
        continue
      }
      const all = this.withNested(found)
      // Kargo leaves out what a template refers to.
      const reached = reference.kind === 'Stage' ? [found] : all.specs
      isIncomplete ||= reference.kind !== 'Stage' && all.isIncomplete
      for (const spec of reached) if (!specs.includes(spec)) specs.push(spec)
    }
    const isCluster = (spec: AnalysisSpec) => spec.kind === 'ClusterAnalysisTemplate'
    return {
      ...reference,
      specs: [...specs.filter(spec => !isCluster(spec)), ...specs.filter(isCluster)],
      missing,
      isIncomplete: isIncomplete || missing.length > 0,
    }
  }
}

const directoryOf = ({ file }: LintDocument) => file?.name.replace(/[^/\\\\]*$/, '')

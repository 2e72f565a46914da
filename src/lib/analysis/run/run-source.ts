import type { KubeObject } from '../../context/kube-object.ts'
import { type Manifest, positionOf, positionText } from '../../manifests/read-manifests.ts'
import type { Rollout } from '../../rollouts/rollout.ts'
import { Failure, usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { AnalysisRunSpec, AnalysisTemplate, Argument, EngineRun, TemplateRef } from '../analysis.ts'
import { AnalysisError } from '../analysis-error.ts'
import { findTemplates } from '../find-templates.ts'
import {
  declaredArguments,
  type FoundTemplates,
  type RunInput,
  runSpecOf,
  undeclaredArguments,
} from '../merge-templates.ts'
import { type GivenArguments, requireArguments } from './given-arguments.ts'
import type { Found, ObjectFinder, SourceKind } from './object-finder.ts'
import { type AnalysisPlace, analysesOf, chooseAnalysis, placeFlag, placeText } from './rollout-analyses.ts'
import { incomingArguments, runMetadata } from './rollout-input.ts'
import { type Stage, stageInput } from './stage-input.ts'

export interface Target {
  kind: SourceKind
  name: string
}

export interface SourceOptions {
  /** named on the command line; empty: what the files hold */
  targets: readonly Target[]
  place: AnalysisPlace | undefined
  fromRollout: string | undefined
  given: GivenArguments
}

/** What a run is made of, before the arguments of the command line are applied. */
export interface RunSource {
  /** `analysistemplate/success-rate-check`, `step 2 of rollout/loans-api` */
  title: string
  /** what the run is called; a name that ends with `-` is the beginning of one, as in `generateName` */
  baseName: string
  namespace?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  declared: readonly Argument[]
  /** arguments that come in before those of the command line */
  incoming: readonly Argument[]
  /** @throws Failure `usage` */
  build(args: readonly Argument[]): AnalysisRunSpec
  warnings: readonly string[]
}

/**
 * Finds what is meant: templates (several make one run), an AnalysisRun, or one analysis of a Rollout or Stage.
 *
 * @throws Failure `usage` when that is not clear, `error` for what does not exist
 */
export async function resolveSource(options: SourceOptions, finder: ObjectFinder): Promise<RunSource> {
  const { fromRollout, place } = options
  const targets = options.targets.length > 0 || fromRollout !== undefined ? options.targets : targetsIn(finder)
  const [first] = targets
  const areTemplates = targets.every(({ kind }) => kind === 'AnalysisTemplate' || kind === 'ClusterAnalysisTemplate')
  if (!areTemplates && targets.length > 1)
    throw usage('only templates can be run together; a run, Rollout or Stage is run by itself', {
      reason: 'InvalidArgument',
    })
  if (!areTemplates && fromRollout !== undefined)
    throw usage('--from-rollout gives its arguments to templates', { reason: 'InvalidFlag' })
  const isOfRollout = fromRollout !== undefined || first?.kind === 'Rollout'
  if (place !== undefined && !isOfRollout)
    throw usage(`${placeFlag(place)} chooses an analysis of a Rollout, and none is named`, { reason: 'InvalidFlag' })
  if (isOfRollout) {
    const rollout = await existing<Rollout>(finder, 'Rollout', fromRollout ?? first?.name ?? '')
    return fromRolloutSource(rollout, areTemplates ? targets : [], options, finder)
  }
  if (first?.kind === 'AnalysisRun') return runSource(await existing<EngineRun>(finder, 'AnalysisRun', first.name))
  if (first?.kind === 'Stage')
    return stageSource(await existing<Stage>(finder, 'Stage', first.name), options.given, finder)
  return templatesSource(targets.map(refTo), finder)
}

const refTo = ({ kind, name }: Target): TemplateRef => ({
  templateName: name,
  ...(kind === 'ClusterAnalysisTemplate' ? { clusterScope: true } : {}),
})

/** What files are for when no name says it: the one Rollout or Stage, the one run, or all templates together. */
function targetsIn(finder: ObjectFinder): Target[] {
  const rollouts = finder.ofKind<Rollout>('Rollout').filter(({ object }) => analysesOf(object).length > 0)
  const stages = finder
    .ofKind<Stage>('Stage')
    .filter(({ object }) => object.spec.verification?.analysisTemplates?.length)
  const runs = finder.ofKind('AnalysisRun')
  const single = [
    ...rollouts.map(found => targetOf(found, 'Rollout')),
    ...stages.map(found => targetOf(found, 'Stage')),
    ...runs.map(found => targetOf(found, 'AnalysisRun')),
  ]
  if (single.length === 1) return single
  if (single.length > 1)
    throw usage('the files hold several things to run: name one', {
      reason: 'AmbiguousSource',
      hints: [...new Set(single.map(({ kind, name }) => `${kind.toLowerCase()}/${safeText(name)}`))],
    })
  const templates = (['AnalysisTemplate', 'ClusterAnalysisTemplate'] as const).flatMap(kind =>
    finder.ofKind(kind).map(found => targetOf(found, kind)),
  )
  if (templates.length > 0) return templates
  if (finder.files.length === 0)
    throw usage('nothing to run: name a template, or give a file with -f', {
      reason: 'MissingArgument',
      hints: ['kubectl canary analysis list at shows the templates of a namespace'],
    })
  throw usage('the files hold no AnalysisTemplate, AnalysisRun, or Rollout or Stage with an analysis', {
    reason: 'NoAnalysis',
    hints: [`found: ${[...new Set(finder.files.map(({ object }) => safeText(object.kind ?? '')))].join(', ')}`],
  })
}

const targetOf = ({ object }: Found, kind: SourceKind): Target => ({ kind, name: object.metadata.name })

async function existing<T extends KubeObject>(finder: ObjectFinder, kind: SourceKind, name: string): Promise<Found<T>> {
  const found = await finder.find<T>(kind, name)
  if (found) return found
  throw notFound(`${kind.toLowerCase()}/${name}`, finder)
}

function notFound(way: string, finder: ObjectFinder): Failure {
  const where = finder.files.length > 0 ? 'neither in the files nor in the cluster' : 'not in the cluster'
  const namespace = finder.connected?.namespace
  const place = namespace === undefined ? '' : ` (namespace ${safeText(namespace)})`
  return new Failure('error', `${safeText(way)} was not found: it is ${where}${place}`, { reason: 'NotFound' })
}

async function templatesSource(refs: readonly TemplateRef[], finder: ObjectFinder): Promise<RunSource> {
  const read = await readTemplates(refs, finder, undefined)
  const title = refs.map(labelOf).join(' + ')
  const { namespace } = [...read.found.templates][0]?.metadata ?? {}
  return {
    title,
    baseName: `${refs[0]?.templateName ?? 'run'}-`,
    ...(namespace === undefined ? {} : { namespace }),
    ...fromTemplates(read, title, {}, []),
  }
}

async function fromRolloutSource(
  { object, manifest }: Found<Rollout>,
  targets: readonly Target[],
  { place, given }: SourceOptions,
  finder: ObjectFinder,
): Promise<RunSource> {
  const rollout = inNamespace(object, finder.namespace)
  const names = targets.map(target => target.name)
  const chosen = chooseAnalysis(rollout, place, place === undefined ? names : [])
  const { analysis } = chosen
  const refs = targets.length > 0 ? targets.map(refTo) : (analysis.templates ?? [])
  const { name, namespace } = rollout.metadata
  const read = await readTemplates(refs, finder, namespace)
  const isGiven = (arg: string) => given.values.has(arg) || given.secrets.has(arg)
  const args = (analysis.args ?? []).filter(arg => !isGiven(arg.name))
  const what = `${placeText(chosen.place)} of rollout/${safeText(name)}`
  const incoming = translated(() => incomingArguments(args, rollout), what, manifest)
  const { dryRun, measurementRetention } = analysis
  const input = { ...(dryRun ? { dryRun } : {}), ...(measurementRetention ? { measurementRetention } : {}) }
  const title = targets.length > 0 ? `${refs.map(labelOf).join(' + ')} as ${what}` : what
  return {
    title,
    ...runMetadata(rollout, chosen),
    ...(namespace === undefined ? {} : { namespace }),
    ...fromTemplates(read, title, input, incoming, manifest),
  }
}

/** A Rollout of a file is where it would be applied; its arguments may ask for that. */
function inNamespace(rollout: Rollout, namespace: string | undefined): Rollout {
  const { metadata } = rollout
  if (metadata.namespace !== undefined || namespace === undefined) return rollout
  return { ...rollout, metadata: { ...metadata, namespace } }
}

async function stageSource(
  { object: stage, manifest }: Found<Stage>,
  given: GivenArguments,
  finder: ObjectFinder,
): Promise<RunSource> {
  const { name, namespace } = stage.metadata
  const title = `the verification of stage/${safeText(name)}`
  const { refs, args } = stageInput(stage)
  const read = await readTemplates(refs, finder, namespace)
  const isDeclared = (arg: string) =>
    [...read.found.templates, ...read.found.clusterTemplates].some(({ spec }) =>
      spec.args?.some(each => each.name === arg),
    )
  const open = args.filter(
    arg =>
      arg.value?.includes('${{') && isDeclared(arg.name) && !given.values.has(arg.name) && !given.secrets.has(arg.name),
  )
  if (open.length > 0)
    throw usage(
      `Kargo fills in ${open.map(arg => `${safeText(arg.name)} (${safeText(arg.value ?? '')})`).join(', ')} for ${title}, which only it can`,
      {
        reason: 'MissingArgument',
        hints: [`Give it: ${open.map(arg => `--arg ${safeText(arg.name)}=VALUE`).join(' ')}`],
      },
    )
  return {
    title,
    baseName: `${name}-`,
    ...(namespace === undefined ? {} : { namespace }),
    ...fromTemplates(read, title, {}, args, manifest),
  }
}

function runSource({ object: run }: Found<EngineRun>): RunSource {
  const { name, namespace, labels } = run.metadata
  const { terminate: _terminate, ...spec } = run.spec
  const declared = spec.args ?? []
  return {
    title: `analysisrun/${safeText(name)}`,
    baseName: name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels ? { labels } : {}),
    declared,
    incoming: [],
    build: args => {
      if (declared.length === 0) return spec
      const replaced = declared.map(arg => args.findLast(each => each.name === arg.name) ?? arg)
      return { ...spec, args: replaced }
    },
    warnings: [],
  }
}

interface ReadTemplates {
  found: FoundTemplates
  /** where the first of the templates stands, if in a file */
  manifest: Manifest | undefined
}

async function readTemplates(
  refs: readonly TemplateRef[],
  finder: ObjectFinder,
  namespace: string | undefined,
): Promise<ReadTemplates> {
  let manifest: Manifest | undefined
  const found = await asFailure(
    () =>
      findTemplates(refs, async ({ templateName, clusterScope }) => {
        const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
        const template = await finder.find<AnalysisTemplate>(kind, templateName, clusterScope ? undefined : namespace)
        manifest ??= template?.manifest
        return template?.object
      }),
    message => {
      const [, way] = /^(.*) was not found$/.exec(message) ?? []
      return way === undefined ? usage(safeText(message)) : notFound(way, finder)
    },
  )
  return { found, manifest }
}

async function asFailure<T>(work: () => Promise<T>, failure: (message: string) => Failure): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof AnalysisError ? failure(error.message) : error
  }
}

/** The engine's complaint about what stands in a file or in the cluster, with the place where it stands. */
function translated<T>(work: () => T, what: string, manifest: Manifest | undefined): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    const place = manifest ? `${positionText(positionOf(manifest, ['spec']))}: ` : ''
    throw usage(`${place}${what} cannot be run: ${safeText(error.message)}`, {
      reason: 'InvalidTemplate',
      cause: error,
    })
  }
}

function fromTemplates(
  { found, manifest }: ReadTemplates,
  what: string,
  input: RunInput,
  incoming: readonly Argument[],
  referrer: Manifest | undefined = undefined,
): Pick<RunSource, 'declared' | 'incoming' | 'build' | 'warnings'> {
  const place = manifest ?? referrer
  const specs = [...found.templates, ...found.clusterTemplates].map(template => template.spec)
  const declared = translated(() => declaredArguments(specs), what, place)
  return {
    declared,
    incoming,
    build: args => {
      const merged = declared.map(arg => ({ ...arg, ...args.filter(each => each.name === arg.name).at(-1) }))
      requireArguments(merged, what)
      return translated(() => runSpecOf(found, { ...input, args: [...args] }), what, place)
    },
    warnings: undeclaredArguments(incoming, found).map(
      name => `argument ${safeText(name)} of ${what} is declared by no template: it has no effect`,
    ),
  }
}

const labelOf = ({ templateName, clusterScope }: TemplateRef) =>
  `${clusterScope ? 'clusteranalysistemplate' : 'analysistemplate'}/${safeText(templateName)}`

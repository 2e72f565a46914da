import type {
  AnalysisTemplate,
  Argument,
  DryRunRule,
  EngineRun,
  RetentionRule,
  TemplateRef,
} from '../analysis/analysis.ts'
import { AnalysisError } from '../analysis/analysis-error.ts'
import { findTemplates } from '../analysis/find-templates.ts'
import { declaredArguments, runSpecOf, undeclaredArguments } from '../analysis/merge-templates.ts'
import { type RolloutArgument, rolloutArguments } from '../analysis/rollout-arguments.ts'
import type { Rollout, RolloutAnalysis } from '../rollouts/rollout.ts'
import { didYouMean } from '../values/did-you-mean.ts'
import type { TestCase } from './analysis-test.ts'
import type { Library, Stage } from './library.ts'
import type { Problems } from './test-file.ts'

/** The run that a test's templates make, and the template of each of its metrics. */
export interface TestRun {
  spec: EngineRun['spec']
  templates: readonly AnalysisTemplate[]
}

/** What creates a run: which templates, and what it sends along. */
interface Creator {
  refs: readonly TemplateRef[]
  args: readonly Argument[]
  dryRun?: readonly DryRunRule[]
  retention?: readonly RetentionRule[]
}

type Path = readonly (string | number)[]
const ways = ['template', 'clusterTemplate', 'templates', 'rollout', 'stage'] as const

/**
 * The run that a test is about, from its templates or from what refers to them. What is wrong goes to `problems`.
 *
 * @param path of the test in its file
 */
export async function runOfTest(
  test: TestCase,
  library: Library,
  path: Path,
  problems: Problems,
): Promise<TestRun | undefined> {
  const [way, ...others] = ways.filter(name => test[name] !== undefined)
  if (way === undefined) return undefined
  for (const other of others) problems.addAtKey(path, other, `${other} contradicts ${way}: a test has one of them`)
  if (test.analysis !== undefined && way !== 'rollout')
    problems.addAtKey(path, 'analysis', 'analysis says which one of a rollout, and this test has none')
  try {
    const creator = creatorOf(test, way, library)
    const found = await findTemplates(creator.refs, async ref => templateOf(ref, library))
    const templates = [...found.templates, ...found.clusterTemplates]
    const given = Object.entries(test.args ?? {}).map(([name, value]): Argument => ({ name, value }))
    for (const name of undeclaredArguments(given, found)) {
      const known = declaredArguments(templates.map(({ spec }) => spec)).map(arg => arg.name)
      problems.addAtKey([...path, 'args'], name, `no template declares an argument ${quoted(name, known)}`)
    }
    const input = {
      args: [...creator.args.filter(arg => !given.some(({ name }) => name === arg.name)), ...given],
      ...(creator.dryRun ? { dryRun: [...creator.dryRun] } : {}),
      ...(creator.retention ? { measurementRetention: [...creator.retention] } : {}),
    }
    const spec = runSpecOf(found, input)
    refuseExpressions(spec.args ?? [], test.stage)
    return { spec, templates }
  } catch (error) {
    if (!(error instanceof AnalysisError)) throw error
    problems.addAtKey(path, way, error.message)
    return undefined
  }
}

function creatorOf(test: TestCase, way: (typeof ways)[number], library: Library): Creator {
  switch (way) {
    case 'template':
      return { refs: [{ templateName: test.template ?? '' }], args: [] }
    case 'clusterTemplate':
      return { refs: [{ templateName: test.clusterTemplate ?? '', clusterScope: true }], args: [] }
    case 'templates':
      return { refs: (test.templates ?? []).map(refOf), args: [] }
    case 'rollout':
      return rolloutCreator(test, named(library.rollouts, test.rollout ?? '', 'rollout'))
    case 'stage':
      return stageCreator(named(library.stages, test.stage ?? '', 'stage'))
  }
}

function refOf(text: string): TemplateRef {
  const [, type, name] = /^([^/]*)\/(.*)$/.exec(text) ?? []
  if (name === undefined) return { templateName: text }
  if (/^(clusteranalysistemplates?|cat|clusterTemplate)$/i.test(type ?? ''))
    return { templateName: name, clusterScope: true }
  if (/^(analysistemplates?|at|template)$/i.test(type ?? '')) return { templateName: name }
  throw new AnalysisError(`${text}: a template is NAME, analysistemplate/NAME or clusteranalysistemplate/NAME`)
}

/** @throws AnalysisError that names what is near */
function templateOf({ templateName, clusterScope }: TemplateRef, library: Library): AnalysisTemplate {
  return clusterScope
    ? named(library.clusterTemplates, templateName, 'clusteranalysistemplate')
    : named(library.templates, templateName, 'analysistemplate')
}

function named<T>(objects: ReadonlyMap<string, T>, name: string, type: string): T {
  const object = objects.get(name)
  if (object !== undefined) return object
  throw new AnalysisError(`the files of templates hold no ${type} ${quoted(name, objects.keys())}`)
}

export function quoted(name: string, known: Iterable<string>): string {
  const near = didYouMean(name, known)
  return `${JSON.stringify(name)}${near === undefined ? '' : `, did you mean ${JSON.stringify(near)}?`}`
}

function rolloutCreator(test: TestCase, rollout: Rollout): Creator {
  const {
    templates = [],
    args = [],
    dryRun,
    measurementRetention,
  } = analysisOf(rollout, test.analysis) as RolloutAnalysis & {
    measurementRetention?: RetentionRule[]
  }
  const hashes = { latest: test.podHashes?.latest ?? 'latest', stable: test.podHashes?.stable ?? 'stable' }
  return {
    refs: templates,
    args: rolloutArguments(args as RolloutArgument[], rollout, hashes),
    ...(dryRun ? { dryRun } : {}),
    ...(measurementRetention ? { retention: measurementRetention } : {}),
  }
}

function analysisOf(rollout: Rollout, wanted: string | number | undefined): RolloutAnalysis {
  const { canary, blueGreen } = rollout.spec?.strategy ?? {}
  const analyses = new Map<string, RolloutAnalysis>()
  if (canary?.analysis) analyses.set('background', canary.analysis)
  for (const [index, { analysis }] of (canary?.steps ?? []).entries()) if (analysis) analyses.set(`${index}`, analysis)
  if (blueGreen?.prePromotionAnalysis) analyses.set('prePromotion', blueGreen.prePromotionAnalysis)
  if (blueGreen?.postPromotionAnalysis) analyses.set('postPromotion', blueGreen.postPromotionAnalysis)
  const { name } = rollout.metadata
  if (analyses.size === 0) throw new AnalysisError(`rollout ${name} has no analysis`)
  const names = [...analyses.keys()].join(', ')
  if (wanted === undefined) {
    const [only, ...others] = analyses.values()
    if (only !== undefined && others.length === 0) return only
    throw new AnalysisError(`rollout ${name} has several analyses, name one with analysis: ${names}`)
  }
  const analysis = analyses.get(`${wanted}`)
  if (analysis) return analysis
  throw new AnalysisError(`rollout ${name} has no analysis ${JSON.stringify(wanted)}, it has ${names}`)
}

function stageCreator(stage: Stage): Creator {
  const { analysisTemplates = [], args = [] } = stage.spec?.verification ?? {}
  if (analysisTemplates.length === 0) throw new AnalysisError(`stage ${stage.metadata.name} has no verification`)
  return {
    refs: analysisTemplates.map(({ name, kind }) => ({
      templateName: name,
      ...(kind === 'ClusterAnalysisTemplate' ? { clusterScope: true } : {}),
    })),
    args: args.map(({ name, value = '' }) => ({ name, value })),
  }
}

/** Kargo evaluates `${{ }}` before it creates the run; what it would find is the test's to say. */
function refuseExpressions(args: readonly Argument[], stage: string | undefined): void {
  const open = stage === undefined ? undefined : args.find(({ value }) => value?.includes('${{'))
  if (open)
    throw new AnalysisError(
      `argument ${open.name} of stage ${stage} is ${open.value}: give its value in args of the test`,
    )
}

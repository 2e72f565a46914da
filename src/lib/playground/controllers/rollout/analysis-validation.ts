import type { AnalysisTemplate, Argument } from '../../../analysis/analysis.ts'
import { AnalysisError } from '../../../analysis/analysis-error.ts'
import { type FoundTemplates, type RunInput, runSpecOf } from '../../../analysis/merge-templates.ts'
import { effectiveCount } from '../../../analysis/metric-limits.ts'
import { resolveMetric } from '../../../analysis/placeholders.ts'
import { type RolloutArgument, rolloutArguments } from '../../../analysis/rollout-arguments.ts'
import type { Rollout, RolloutAnalysis } from '../../../rollouts/rollout.ts'
import type { Environment } from '../environment.ts'
import { templatesOf } from './analysis-templates.ts'
import { invalid } from './field-error.ts'
import { blueGreenOf, canaryOf } from './strategy.ts'

interface Usage {
  field: string
  analysis: RolloutAnalysis
  /** a background analysis goes on until it is stopped, so its metrics need no end */
  isBackground: boolean
}

/** A template that a rollout refers to and that is not there. */
export function missingTemplateProblem(rollout: Rollout, environment: Environment): string | undefined {
  const problems: string[] = []
  for (const { field, analysis } of usagesOf(rollout)) {
    templatesOf(environment, namespaceOf(rollout), analysis.templates ?? [], (ref, isInner) => {
      const kind = ref.clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate'
      const why = `${kind} '${ref.templateName}' not found`
      problems.push(invalid(isInner ? 'spec.templates' : field, ref.templateName, why))
    })
  }
  return problems[0]
}

/** Templates that make no run, or one that would never end (ValidateAnalysisTemplatesWithType). */
export function templateProblem(rollout: Rollout, environment: Environment): string | undefined {
  for (const usage of usagesOf(rollout)) {
    const found = templatesOf(environment, namespaceOf(rollout), usage.analysis.templates ?? [])
    const all = [...found.templates, ...found.clusterTemplates]
    const names = all.map(each => each.metadata.name).join(' ')
    const problem =
      problemOf(() => runSpecOf(found, { args: argumentsOf(rollout, usage.analysis) })) ??
      ruleProblem(rollout, found, usage.analysis)
    if (problem !== undefined) return invalid(usage.field, `templateNames: [${names}]`, problem)
    for (const template of all) {
      const why = usage.isBackground ? argumentProblem(rollout, template) : metricProblem(template)
      if (why !== undefined) return invalid(usage.field, template.metadata.name, why)
    }
  }
  return undefined
}

function usagesOf(rollout: Rollout): Usage[] {
  const { steps = [], analysis } = canaryOf(rollout) ?? {}
  const { prePromotionAnalysis, postPromotionAnalysis } = blueGreenOf(rollout) ?? {}
  const at = 'spec.strategy'
  const usages: [name: string, used: RolloutAnalysis | undefined][] = [
    [`${at}.blueGreen.prePromotionAnalysis`, prePromotionAnalysis],
    [`${at}.blueGreen.postPromotionAnalysis`, postPromotionAnalysis],
    ...steps.map((step, index): [string, RolloutAnalysis | undefined] => [
      `${at}.canary.steps[${index}].analysis`,
      step.analysis,
    ]),
    [`${at}.canary.analysis`, analysis],
  ]
  return usages.flatMap(([name, used]) =>
    used ? [{ field: `${name}.templates`, analysis: used, isBackground: used === analysis }] : [],
  )
}

/** The rules of every step are held against the templates of every analysis, as upstream. */
function ruleProblem(rollout: Rollout, found: FoundTemplates, analysis: RolloutAnalysis): string | undefined {
  for (const { analysis: step } of canaryOf(rollout)?.steps ?? []) {
    if (!step) continue
    const { dryRun, measurementRetention }: Omit<RunInput, 'args'> = step
    const args = argumentsOf(rollout, analysis)
    const problem = problemOf(() =>
      runSpecOf(found, { args, dryRun: dryRun ?? [], measurementRetention: measurementRetention ?? [] }),
    )
    if (problem !== undefined) return problem
  }
  return undefined
}

function argumentsOf(rollout: Rollout, { args = [] }: RolloutAnalysis): Argument[] {
  const hashes = { latest: 'dummy-new-hash', stable: 'dummy-stable-hash' }
  try {
    return rolloutArguments(args as RolloutArgument[], rollout, hashes)
  } catch (error) {
    // dropped upstream: the templates then miss their arguments
    if (error instanceof AnalysisError) return []
    throw error
  }
}

function argumentProblem(rollout: Rollout, template: AnalysisTemplate): string | undefined {
  const given = canaryOf(rollout)?.analysis?.args
  const open = (template.spec.args ?? []).filter(each => each.value === undefined && !each.valueFrom)
  if (open.length > 0 && !given) return 'missing analysis arguments in rollout spec'
  return open.find(each => !given?.some(one => one.name === each.name))?.name
}

function metricProblem({ metadata: { name }, spec }: AnalysisTemplate): string | undefined {
  const both = (spec.args ?? []).find(each => each.value !== undefined && each.valueFrom)
  if (both) return `AnalysisTemplate ${name}: arg '${both.name}' has both Value and ValueFrom fields`
  const args = (spec.args ?? []).map(each => ({ name: each.name, value: each.value ?? 'dummy-value' }))
  for (const metric of spec.metrics ?? []) {
    const problem = problemOf(() => resolveMetric(metric, args))
    if (problem !== undefined) return `AnalysisTemplate ${name}: ${problem}`
  }
  const endless = (spec.metrics ?? []).find(each => effectiveCount(resolveMetric(each, args)) === undefined)
  if (!endless) return undefined
  const count = endless.count ?? '<nil>'
  return `AnalysisTemplate ${name} has metric ${endless.name} which runs indefinitely. Invalid value for count: ${count}`
}

function problemOf(check: () => unknown): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof AnalysisError) return error.message
    throw error
  }
}

const namespaceOf = ({ metadata }: Rollout) => metadata.namespace ?? 'default'

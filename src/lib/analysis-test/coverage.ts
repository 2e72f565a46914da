import type { AnalysisTemplate } from '../analysis/analysis.ts'
import type { ConditionField } from '../expr/condition.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { Verdict } from './answerer.ts'
import { providerTypeOf, selfJudging } from './scripted-provider.ts'

/** How often a condition was evaluated, and to what. */
export interface ConditionCoverage {
  field: ConditionField
  condition: string
  true: number
  false: number
  error: number
}

export interface MetricCoverage {
  name: string
  measurements: number
  conditions: ConditionCoverage[]
}

export interface TemplateCoverage {
  kind: string
  name: string
  /** runs that it was part of */
  runs: number
  metrics: MetricCoverage[]
}

const fields = ['successCondition', 'failureCondition'] as const

/** Counts what tests see of the templates of their files. */
export class Coverage {
  readonly #templates = new Map<AnalysisTemplate, TemplateCoverage>()

  /** A template that there is, whether or not it is ever run. */
  add(template: AnalysisTemplate): TemplateCoverage {
    const known = this.#templates.get(template)
    if (known) return known
    const { kind = 'AnalysisTemplate', metadata, spec } = template
    const coverage: TemplateCoverage = {
      kind,
      name: metadata.name,
      runs: 0,
      metrics: (spec.metrics ?? []).map(metric => ({
        name: metric.name,
        measurements: 0,
        conditions: isJudgedByItself(metric) ? [] : fields.flatMap(field => conditionOf(metric, field)),
      })),
    }
    this.#templates.set(template, coverage)
    return coverage
  }

  /**
   * Counts a run of templates that begins.
   *
   * @param metrics of the run with their arguments in place, in the order of the templates' metrics
   * @returns what has to see every answer of the run
   */
  begin(
    templates: readonly AnalysisTemplate[],
    metrics: readonly AnalysisMetric[] = [],
  ): (metric: AnalysisMetric, verdict: Verdict) => void {
    const covered = templates.map(template => this.add(template))
    for (const each of covered) each.runs++
    const ofRun = covered.flatMap(each => each.metrics)
    const byName = new Map(metrics.map(({ name }, index) => [name, ofRun[index]]))
    return (metric, verdict) => {
      const coverage = byName.get(metric.name)
      if (coverage === undefined) return
      coverage.measurements++
      for (const condition of coverage.conditions) count(condition, metric, verdict)
    }
  }

  get templates(): TemplateCoverage[] {
    return [...this.#templates.values()]
  }
}

const isJudgedByItself = (metric: AnalysisMetric) => selfJudging.has(providerTypeOf(metric))

function conditionOf(metric: AnalysisMetric, field: ConditionField): ConditionCoverage[] {
  const condition = metric[field]
  return condition ? [{ field, condition, true: 0, false: 0, error: 0 }] : []
}

/** Each condition by itself, since one hides the other. */
function count(coverage: ConditionCoverage, metric: AnalysisMetric, verdict: Verdict): void {
  const { successCondition: _success, failureCondition: _failure, ...rest } = metric
  const { field } = coverage
  const { phase } = verdict({ ...rest, [field]: metric[field] ?? '' })
  if (phase === 'Error') coverage.error++
  else if ((phase === 'Successful') === (field === 'successCondition')) coverage.true++
  else coverage.false++
}

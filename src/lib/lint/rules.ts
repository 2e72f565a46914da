import type { Rule } from './rule.ts'
import { argConflict } from './rules/arg-conflict.ts'
import { argNotDeclaredByTemplate } from './rules/arg-not-declared-by-template.ts'
import { argWithoutValue } from './rules/arg-without-value.ts'
import { conditionDiffers } from './rules/condition-differs.ts'
import { conditionDoesNotCompile } from './rules/condition-does-not-compile.ts'
import { conditionIsNoVerdict } from './rules/condition-is-no-verdict.ts'
import { conditionsIgnored } from './rules/conditions-ignored.ts'
import { countTooSmall } from './rules/count-too-small.ts'
import { countWithoutInterval } from './rules/count-without-interval.ts'
import { counterWithoutRate } from './rules/counter-without-rate.ts'
import { cumulativeFailureLimit } from './rules/cumulative-failure-limit.ts'
import { duplicateMetric } from './rules/duplicate-metric.ts'
import { duplicateRule } from './rules/duplicate-rule.ts'
import { emptyArg } from './rules/empty-arg.ts'
import { emptyResult } from './rules/empty-result.ts'
import { endlessInline } from './rules/endless-inline.ts'
import { fieldPath } from './rules/field-path.ts'
import { fieldRefInTemplate } from './rules/field-ref-in-template.ts'
import { freightExpression } from './rules/freight-expression.ts'
import { intervalBelowScrape } from './rules/interval-below-scrape.ts'
import { invalidDuration } from './rules/invalid-duration.ts'
import { invalidLimit } from './rules/invalid-limit.ts'
import { invalidProvider } from './rules/invalid-provider.ts'
import { invalidYaml } from './rules/invalid-yaml.ts'
import { mergeConflict } from './rules/merge-conflict.ts'
import { missingField } from './rules/missing-field.ts'
import { nanResult } from './rules/nan-result.ts'
import { nestedInStage } from './rules/nested-in-stage.ts'
import { noCondition } from './rules/no-condition.ts'
import { noInitialDelay } from './rules/no-initial-delay.ts'
import { noMetrics } from './rules/no-metrics.ts'
import { noVersionLabel } from './rules/no-version-label.ts'
import { nonNumericCount } from './rules/non-numeric-count.ts'
import { nonStringValue } from './rules/non-string-value.ts'
import { onlyFirstSeries } from './rules/only-first-series.ts'
import { overlappingWindows } from './rules/overlapping-windows.ts'
import { promqlInvalid } from './rules/promql-invalid.ts'
import { providerChoice } from './rules/provider-choice.ts'
import { quantileWithoutLe } from './rules/quantile-without-le.ts'
import { queryType } from './rules/query-type.ts'
import { rateOfGauge } from './rules/rate-of-gauge.ts'
import { ruleMatchesNothing } from './rules/rule-matches-nothing.ts'
import { secretBeatsValue } from './rules/secret-beats-value.ts'
import { secretInClear } from './rules/secret-in-clear.ts'
import { shortRateWindow } from './rules/short-rate-window.ts'
import { sourcesMissing } from './rules/sources-missing.ts'
import { successAlone } from './rules/success-alone.ts'
import { templateCycle } from './rules/template-cycle.ts'
import { templateNotFound } from './rules/template-not-found.ts'
import { undeclaredArg } from './rules/undeclared-arg.ts'
import { unknownField } from './rules/unknown-field.ts'
import { unknownIgnore } from './rules/unknown-ignore.ts'
import { unknownPlaceholder } from './rules/unknown-placeholder.ts'
import { unreachableLimit } from './rules/unreachable-limit.ts'
import { unusedArg } from './rules/unused-arg.ts'
import { verificationComparesArms } from './rules/verification-compares-arms.ts'
import { verificationIgnored } from './rules/verification-ignored.ts'
import { waitForApproval } from './rules/wait-for-approval.ts'
import { wrongType } from './rules/wrong-type.ts'

/** Every rule, by id. A rule keeps its id for ever; a new one gets the next number. */
export const rules: readonly Rule[] = [
  invalidYaml,
  unknownField,
  wrongType,
  missingField,
  nonStringValue,
  noMetrics,
  duplicateMetric,
  invalidLimit,
  countTooSmall,
  countWithoutInterval,
  invalidDuration,
  providerChoice,
  invalidProvider,
  ruleMatchesNothing,
  duplicateRule,
  nonNumericCount,
  conditionDoesNotCompile,
  conditionIsNoVerdict,
  conditionDiffers,
  emptyResult,
  nanResult,
  onlyFirstSeries,
  successAlone,
  noCondition,
  conditionsIgnored,
  cumulativeFailureLimit,
  unreachableLimit,
  endlessInline,
  intervalBelowScrape,
  overlappingWindows,
  shortRateWindow,
  promqlInvalid,
  queryType,
  counterWithoutRate,
  rateOfGauge,
  quantileWithoutLe,
  noVersionLabel,
  secretInClear,
  unknownPlaceholder,
  undeclaredArg,
  unusedArg,
  fieldRefInTemplate,
  secretBeatsValue,
  argConflict,
  templateNotFound,
  argNotDeclaredByTemplate,
  argWithoutValue,
  emptyArg,
  mergeConflict,
  templateCycle,
  fieldPath,
  noInitialDelay,
  freightExpression,
  verificationIgnored,
  sourcesMissing,
  waitForApproval,
  verificationComparesArms,
  nestedInStage,
  unknownIgnore,
]

/** The rule of an id, in any case; undefined when there is none. */
export function ruleOf(id: string): Rule | undefined {
  return rules.find(rule => rule.id === id.toUpperCase() || rule.name === id.toLowerCase())
}

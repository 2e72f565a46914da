import { adviceFor } from '../model/condition-advice.ts'
import { hasConditions } from '../model/result-nature.ts'
import type { Rule } from '../rule.ts'

export const conditionDoesNotCompile: Rule = {
  id: 'CA017',
  name: 'condition-does-not-compile',
  severity: 'error',
  title: 'A condition that cannot be evaluated on what the provider returns',
  explanation:
    'The controller compiles conditions when it measures, not when it accepts the template: every measurement is an Error, and the fifth in a row ends the run in Error. A Prometheus query returns a list of numbers (result[0]), scalar(...) a number (result). Checked in the language of --controller-version: expr-lang 1.15 up to Argo Rollouts 1.9, 1.17 from 1.10.',
  hint: 'correct the condition',
  example: { wrong: 'successCondition: result >= 0.95', right: 'successCondition: result[0] >= 0.95' },
  isFixable: true,
  check({ specs, options: { version } }, report) {
    const other = version === '1.9' ? '1.10' : '1.9'
    for (const { document, metrics } of specs)
      for (const metric of metrics) {
        if (!hasConditions(metric.provider)) continue
        for (const condition of metric.conditions) {
          const { problem } = condition.compiled(version)
          if (problem === undefined) continue
          const target = { document, path: condition.path, within: problem }
          const works = condition.compiled(other).result !== undefined
          const elsewhere = works ? ` (Argo Rollouts ${other} and ${other === '1.9' ? 'older' : 'newer'} can)` : ''
          report(
            target,
            `${condition.field} cannot be compiled: ${problem.message.trim()}${elsewhere}`,
            adviceFor(condition, problem),
          )
        }
      }
  },
}

import type { Rule } from '../rule.ts'

export const noInitialDelay: Rule = {
  id: 'CA052',
  name: 'no-initial-delay',
  severity: 'warning',
  title: 'A background analysis that starts before there are pods',
  explanation:
    'The background analysis of a canary starts with the update, when no pod of the new version is ready yet, unless startingStep says otherwise. What is measured then is the stable version, or nothing: an empty result, or connections refused, which count against the limits.',
  hint: 'set startingStep of the analysis behind the first setWeight, or initialDelay of the metric',
  example: { wrong: 'analysis:\n  templates: ...', right: 'analysis:\n  startingStep: 1\n  templates: ...' },
  check({ references }, report) {
    for (const { document, use, path, specs, hasPodsBefore } of references) {
      if (use !== 'background' || hasPodsBefore) continue
      const early = specs.flatMap(spec => spec.metrics).filter(metric => metric.raw.initialDelay === undefined)
      if (early.length === 0) continue
      const names = early.map(({ name }) => name).join(', ')
      report(
        { document, path, onKey: true },
        `${names} ${early.length > 1 ? 'are' : 'is'} measured before the new pods are ready: neither startingStep nor initialDelay`,
      )
    }
  },
}

import { isMap } from '../model/plain.ts'
import { stagesOf } from '../model/stages.ts'
import type { Rule } from '../rule.ts'

export const verificationIgnored: Rule = {
  id: 'CA054',
  name: 'verification-ignored',
  severity: 'error',
  title: 'A Stage with a verification but without promotion steps',
  explanation:
    'A Stage without steps in promotionTemplate is control flow: Kargo marks all Freight that reaches it as verified at once, and never runs its verification. Freight goes on to the next Stages unchecked.',
  hint: 'add promotionTemplate.spec.steps, or remove the verification',
  example: {
    wrong: 'spec:\n  verification: ...',
    right: 'spec:\n  promotionTemplate:\n    spec:\n      steps:\n      - uses: argocd-update\n  verification: ...',
  },
  check(project, report) {
    for (const { document, spec, hasSteps } of stagesOf(project))
      if (isMap(spec.verification) && !hasSteps)
        report(
          { document, path: ['spec', 'verification'], onKey: true },
          'the Stage has no promotion steps, so its verification never runs and all Freight counts as verified',
        )
  },
}

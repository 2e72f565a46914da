import { stagesOf, stepsOf } from '../model/stages.ts'
import type { Rule } from '../rule.ts'

export const waitForApproval: Rule = {
  id: 'CA056',
  name: 'wait-for-approval',
  severity: 'warning',
  title: 'The step wait-for-approval, which only the Akuity Platform has',
  explanation:
    'Kargo itself has no step wait-for-approval: the Promotion ends Errored (step kind "wait-for-approval" is not registered). It exists on the Akuity Platform with Kargo 1.12. A gate without it: leave auto-promotion off for the Stage, so that somebody has to promote, or open a pull request (git-open-pr, git-wait-for-pr).',
  hint: 'leave auto-promotion off for this Stage, or wait for a pull request (git-open-pr, git-wait-for-pr)',
  example: {
    wrong: 'steps:\n- uses: wait-for-approval',
    right: 'steps:\n- uses: git-open-pr\n- uses: git-wait-for-pr',
  },
  check(project, report) {
    for (const { document, spec } of stagesOf(project))
      for (const [index, { uses }] of stepsOf(spec))
        if (uses === 'wait-for-approval')
          report(
            { document, path: ['spec', 'promotionTemplate', 'spec', 'steps', index, 'uses'] },
            'wait-for-approval exists on the Akuity Platform only; elsewhere the Promotion ends Errored',
          )
  },
}

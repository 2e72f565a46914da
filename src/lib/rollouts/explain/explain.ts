import { apiVersion } from '../../events/event.ts'
import { humanDuration, parseTime } from '../../values/human-duration.ts'
import { unexplained } from './course.ts'
import type { Evidence } from './evidence.ts'
import type { Explanation, Finding } from './explanation.ts'
import { rules, unseenRules, waitingRules } from './rules.ts'
import { timestamp } from './sentences.ts'
import { type Situation, situate } from './situation.ts'
import { waysBack, waysOn } from './ways.ts'

/**
 * Says why a rollout does not move and what would move it. Pure and total: any evidence has an explanation, and where
 * no rule knows one, the finding `unexplained` repeats what the controller says.
 */
export function explain(evidence: Evidence, nowMs: number): Explanation {
  const situation = situate(evidence, nowMs)
  const findings = inOrder(findingsOf(situation)).map(withAllowed)
  const { uid, resourceVersion } = evidence.rollout.metadata
  return {
    apiVersion,
    kind: 'Explanation',
    metadata: {
      name: situation.name,
      namespace: situation.namespace,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    time: timestamp(nowMs),
    phase: situation.phase,
    message: situation.message,
    step: situation.stepLabel || null,
    summary: summaryOf(situation, findings),
    findings,
    goOn: waysOn(findings),
    goBack: waysBack(situation),
    notVisible: [...evidence.notVisible],
  }
}

/** What the rules find; where none says why the rollout stands still, the ordinary waits, and then the admission. */
function findingsOf(situation: Situation): Finding[] {
  const found = rules.flatMap(rule => rule(situation))
  const unseen = unseenRules.flatMap(rule => rule(situation))
  if (unseen.length > 0) return [...unseen, ...found.map(finding => afterThat(finding))]
  const isExplained = (findings: readonly Finding[]) =>
    situation.phase === 'Healthy' || findings.some(finding => finding.blocks === 'now')
  if (isExplained(found)) return found
  const waiting = waitingRules.flatMap(rule => rule(situation))
  return isExplained(waiting) ? [...waiting, ...found] : [unexplained(situation), ...found]
}

function afterThat(finding: Finding): Finding {
  return finding.blocks === 'now' ? { ...finding, blocks: 'next' } : finding
}

/** Blocks now, blocks next, worth knowing; within each as the table of rules has them. */
function inOrder(findings: readonly Finding[]): Finding[] {
  return [
    ...findings.filter(finding => finding.blocks === 'now'),
    ...findings.filter(finding => finding.blocks === 'next'),
    ...findings.filter(finding => finding.blocks === null),
  ]
}

/** Whether the user may run one of the commands that end a block: one suffices; unknown unless all are denied. */
function withAllowed(finding: Finding): Finding {
  const answers = finding.opensWith.filter(opening => opening.needs !== undefined).map(opening => opening.allowed)
  const allowed = answers.length === 0 ? null : answers.includes(true) ? true : answers.includes(null) ? null : false
  return { ...finding, allowed }
}

function summaryOf(situation: Situation, findings: readonly Finding[]): string {
  const first = findings.find(finding => finding.blocks === 'now')
  if (first === undefined) return findings[0]?.title ?? 'Nothing blocks.'
  const since = parseTime(first.since ?? undefined)
  return since === undefined || since > situation.nowMs
    ? first.title
    : `${first.title.replace(/\.$/, '')} (for ${humanDuration(situation.nowMs - since)}).`
}

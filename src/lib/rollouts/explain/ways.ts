import { action, advice } from './commands.ts'
import type { Finding, Opening } from './explanation.ts'
import { imagesText } from './lifecycle.ts'
import { applicationNameOf, podHashOf, revisionOf, type Situation, setTitle } from './situation.ts'

/** What moves the rollout forward: what the findings that block now open with, each once. */
export function waysOn(findings: readonly Finding[]): Opening[] {
  const openings = findings.filter(finding => finding.blocks === 'now').flatMap(finding => finding.opensWith)
  return unique(openings.filter(opening => opening.command === null || (opening.needs?.length ?? 0) > 0))
}

/** What brings the stable or the previous version back, and lasts. */
export function waysBack(situation: Situation): Opening[] {
  const { isUpdating, isAborted, stableSet } = situation
  if (isUpdating) {
    const stable = stableSet ? setTitle(situation, stableSet) : 'the stable version'
    return [
      ...(isAborted
        ? []
        : [
            action(
              situation,
              'abort',
              [],
              `sends all traffic to ${stable}; the spec still holds ${imagesText(situation)}, so go on with the next line`,
            ),
          ]),
      lastingReturn(situation, stable),
    ]
  }
  const previous = previousSet(situation)
  if (situation.isFirstDeployment || previous === undefined) return []
  return [lastingReturn(situation, `revision ${revisionOf(previous)}`)]
}

function lastingReturn(situation: Situation, version: string): Opening {
  if (situation.owner === 'kargo')
    return advice(`promote the Freight of ${version} to the Stage again (kubectl canary freight promote)`)
  if (situation.owner === 'argo-cd') {
    const application = situation.evidence.application?.metadata.name ?? applicationNameOf(situation.rollout)?.name
    return advice(
      `git revert the commit that brought this version, and let Argo CD sync${application ? ` Application ${application}` : ''}: an undo here would not last`,
    )
  }
  const flags = situation.isUpdating ? [] : ['--to-revision', version.replace('revision ', '')]
  return action(
    situation,
    'undo',
    flags,
    `puts the pod template of ${version} back into the spec${situation.isUpdating ? '' : ', which rolls it out step by step'}`,
  )
}

/** The latest ReplicaSet before the stable one. */
function previousSet(situation: Situation) {
  const current = revisionOf(situation.stableSet) ?? Number.POSITIVE_INFINITY
  return situation.evidence.replicaSets
    .filter(
      set =>
        podHashOf(set) !== situation.rollout.status?.stableRS &&
        (revisionOf(set) ?? Number.POSITIVE_INFINITY) < current,
    )
    .sort((a, b) => (revisionOf(b) ?? 0) - (revisionOf(a) ?? 0))[0]
}

function unique(openings: readonly Opening[]): Opening[] {
  const seen = new Set<string>()
  return openings.filter(opening => {
    const key = opening.command ?? opening.text
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}

import { podHashOf, revisionOf } from '../ownership.ts'
import { action, advice } from './commands.ts'
import { versionText } from './course.ts'
import type { Finding, Opening } from './explanation.ts'
import { conditionOf, type Situation, setTitle } from './situation.ts'

/** What moves the rollout forward: what the findings that block now open with, each once. */
export function waysOn(findings: readonly Finding[]): Opening[] {
  const openings = findings.filter(finding => finding.blocks === 'now').flatMap(finding => finding.opensWith)
  return unique(openings.filter(opening => opening.command === null || (opening.needs?.length ?? 0) > 0))
}

/** What brings the stable or the previous version back, and lasts. */
export function waysBack(situation: Situation): Opening[] {
  const { isUpdating, isAborted, stableSet } = situation
  // The controller acts on no abort while it refuses the spec, and an undo restores the template only.
  if (conditionOf(situation.rollout, 'InvalidSpec') !== undefined) return [lastValidSpec(situation)]
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
              `sends all traffic to ${stable}; the spec still holds ${versionText(situation)}, so go on with the next line`,
            ),
          ]),
      lastingReturn(situation, stable),
    ]
  }
  const previous = previousSet(situation)
  if (situation.isFirstDeployment || previous === undefined) return []
  return [lastingReturn(situation, `revision ${revisionOf(previous)}`)]
}

function lastValidSpec(situation: Situation): Opening {
  return situation.owner === null
    ? advice('apply the last manifest that the controller accepted')
    : lastingReturn(situation, 'the stable version')
}

function lastingReturn(situation: Situation, version: string): Opening {
  const { owner } = situation.evidence
  if (situation.owner === 'kargo') {
    return advice(
      `promote the Freight of ${version} again: kubectl canary freight promote FREIGHT --stage ${owner?.stage?.name} -n ${owner?.stage?.project}`,
    )
  }
  if (situation.owner === 'argo-cd') {
    return advice(
      `revert ${owner?.source?.revision ? `commit ${owner.source.revision}` : 'the commit that brought this version'} (git revert)${owner?.source ? ` in ${owner.source.repository}` : ''} and let Argo CD sync Application ${owner?.application}: an undo here would not last`,
    )
  }
  const flags = situation.isUpdating ? [] : ['--to-revision', version.replace('revision ', '')]
  return action(
    situation,
    'undo',
    flags,
    `puts the pod template of ${version} back into the spec${situation.isUpdating ? '' : situation.strategy === 'canary' ? ', which rolls it out step by step' : ', which rolls it out again'}`,
  )
}

/** The latest ReplicaSet before the stable one. */
function previousSet(situation: Situation) {
  const { stableSet } = situation
  if (stableSet === undefined) return undefined
  return situation.sets
    .filter(
      set => podHashOf(set) !== podHashOf(stableSet) && revisionOf(set) > 0 && revisionOf(set) < revisionOf(stableSet),
    )
    .sort((a, b) => revisionOf(b) - revisionOf(a))[0]
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

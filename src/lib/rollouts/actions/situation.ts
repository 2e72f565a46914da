import { revisionOf } from '../ownership.ts'
import type { Rollout } from '../rollout.ts'
import { stepLabel } from '../steps.ts'
import { pauseText } from './rollout-words.ts'

/** One thing that a decision depended on. */
export interface Fact {
  /** for people: `step`, `pause` */
  name: string
  /** compared as text */
  value: string
  /** for people, where the value itself says nothing */
  text: string
  /** the field that holds it, to find out who wrote it */
  path: readonly string[]
}

export type FactName =
  | 'object'
  | 'spec'
  | 'template'
  | 'revision'
  | 'version'
  | 'step'
  | 'pause'
  | 'manual pause'
  | 'abort'
  | 'full promotion'
  | 'restart time'

export type Situation = readonly Fact[]

/** Everything that makes a promotion mean what it meant when it was decided. */
export const promotionFacts: readonly FactName[] = [
  'object',
  'spec',
  'revision',
  'version',
  'step',
  'pause',
  'manual pause',
  'abort',
  'full promotion',
]

/** A full promotion goes past every step: where it is in them does not matter. */
export const fullPromotionFacts: readonly FactName[] = ['object', 'spec', 'manual pause', 'full promotion']

/**
 * The facts of these names. `spec` leaves replicas out: an autoscaler writes it all the time, and it changes no
 * decision. A pause carries its start, so that two pauses of the same step are told apart.
 */
export function situationOf(rollout: Rollout, names: readonly FactName[]): Situation {
  return names.map(name => factOf(rollout, name))
}

function factOf(rollout: Rollout, name: FactName): Fact {
  const { metadata, spec, status = {} } = rollout
  const fact = (value: unknown, path: string[], text = String(value ?? 'none') || 'none'): Fact => ({
    name,
    value: typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
    text,
    path,
  })
  switch (name) {
    case 'object':
      return fact(metadata.uid ?? '', ['metadata', 'uid'], `uid ${metadata.uid ?? 'none'}`)
    case 'spec': {
      const { replicas: _replicas, ...rest } = spec
      return fact(rest, ['spec'], `generation ${metadata.generation ?? 0}`)
    }
    case 'template':
      return fact(spec.template ?? null, ['spec', 'template'], `generation ${metadata.generation ?? 0}`)
    case 'revision':
      return fact(revisionOf(rollout), ['metadata', 'annotations', 'rollout.argoproj.io/revision'])
    case 'version':
      return fact(`${status.currentPodHash ?? ''} over ${status.stableRS ?? ''}`, ['status', 'currentPodHash'])
    case 'step':
      return fact(status.currentStepIndex, ['status', 'currentStepIndex'], stepLabel(rollout) || 'none')
    case 'pause':
      return fact(
        [status.pauseConditions ?? [], status.controllerPause === true],
        ['status', 'pauseConditions'],
        (status.pauseConditions ?? []).map(each => `${each.reason} since ${each.startTime}`).join(', ') || 'none',
      )
    case 'manual pause':
      return fact(spec.paused === true, ['spec', 'paused'], spec.paused ? pauseText(rollout) : 'none')
    case 'abort':
      return fact(status.abort === true, ['status', 'abort'])
    case 'full promotion':
      return fact(status.promoteFull === true, ['status', 'promoteFull'])
    case 'restart time':
      return fact(spec.restartAt, ['spec', 'restartAt'])
  }
}

export interface Change {
  name: string
  was: string
  is: string
  path: readonly string[]
}

/** What differs between two looks at the same facts. */
export function changesBetween(before: Situation, after: Situation): Change[] {
  return before.flatMap((was, index) => {
    const is = after[index]
    if (is === undefined || is.value === was.value) return []
    return [{ name: was.name, was: was.text, is: is.text, path: was.path }]
  })
}

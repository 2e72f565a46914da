import type { CanaryEvent, EventObject } from '../events/event.ts'
import { safeText } from '../values/safe-text.ts'

/**
 * An event as one line for people, with the object that it is about; undefined for one that says nothing to them.
 * `rollout loans/web: Paused - CanaryPauseStep`, `rollout loans/web: step 2/7 (setWeight: 25)`.
 */
export function eventText(event: CanaryEvent): string | undefined {
  const name = event.object ? `${objectText(event.object)}: ` : ''
  switch (event.type) {
    case 'rollout.phase':
      return `${name}${event.message === '' ? event.phase : `${event.phase} - ${event.message}`}`
    case 'rollout.step':
      return `${name}step ${event.step}/${event.steps}${event.text === '' ? '' : ` (${event.text})`}`
    case 'rollout.weight':
      return `${name}weight ${event.actualWeight}, asked for ${event.setWeight}`
    case 'warning':
      return `${name}${event.message}`
    default:
      return undefined
  }
}

function objectText({ kind, namespace, name }: EventObject): string {
  return safeText(`${kind.toLowerCase()} ${namespace === undefined ? name : `${namespace}/${name}`}`)
}

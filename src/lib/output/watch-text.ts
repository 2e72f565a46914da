import type { CanaryEvent, EventObject } from '../events/event.ts'
import { safeText } from '../values/safe-text.ts'
import { eventText } from './event-text.ts'

/** An event of a watch as one line: also pods and analysis, which a mere wait does not tell about. */
export function watchText(event: CanaryEvent): string | undefined {
  switch (event.type) {
    case 'pod.phase': {
      const restarts = event.restarts > 0 ? `, restarts ${event.restarts}` : ''
      const revision = event.revision === undefined ? '' : ` (revision ${event.revision})`
      return `${objectText(event.object)}: ${safeText(event.status)}, ready ${event.ready}${restarts}${revision}`
    }
    case 'analysis.measurement': {
      const said = [event.value, event.message].flatMap(text => (text ? [safeText(text)] : [])).join(', ')
      return `${objectText(event.object)}: ${safeText(event.metric)} ${event.phase}${said ? `: ${said}` : ''}`
    }
    case 'analysis.phase': {
      const message = event.message === '' ? '' : ` - ${safeText(event.message)}`
      return `${objectText(event.object)}: ${safeText(event.phase) || 'Pending'}${message}`
    }
    default:
      return eventText(event)
  }
}

function objectText(object: EventObject | undefined): string {
  if (!object) return ''
  const { kind, namespace, name } = object
  return safeText(`${kind.toLowerCase()} ${namespace ? `${namespace}/` : ''}${name}`)
}

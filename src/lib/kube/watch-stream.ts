import type { WatchEvent } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { type ApiStatus, type Asked, type Asker, failureOfStatus } from './status-failure.ts'

interface RawEvent {
  type?: string
  object?: KubeObject & ApiStatus
}

/**
 * Decodes the lines of a watch. An ERROR event becomes the Failure of its Status (reason `Expired` for a
 * resourceVersion that is too old); a line that is no event is an error and never skipped, since what it said is lost.
 */
export async function* watchEvents<T extends KubeObject>(
  lines: AsyncIterable<string>,
  asked: Asked,
  asker: Asker,
): AsyncGenerator<WatchEvent<T>, void, undefined> {
  for await (const line of lines) {
    if (line === '') continue
    const { type, object } = parseEvent(line)
    if (type === 'ERROR') throw failureOfStatus(object ?? {}, object?.code ?? 500, asked, asker)
    const resourceVersion = object?.metadata?.resourceVersion
    if (object === undefined || resourceVersion === undefined) throw unreadable(line)
    if (type === 'BOOKMARK') yield { type, resourceVersion }
    else if (type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED')
      yield { type, object: object as unknown as T }
    else throw unreadable(line)
  }
}

function parseEvent(line: string): RawEvent {
  try {
    const event = JSON.parse(line) as RawEvent | null
    if (event && typeof event === 'object') return event
  } catch {
    // said below
  }
  throw unreadable(line)
}

function unreadable(line: string): Failure {
  const start = safeText(line.slice(0, 120))
  return new Failure('error', `the server sent a watch event that cannot be read: ${start}`, {
    reason: 'BadWatchEvent',
  })
}

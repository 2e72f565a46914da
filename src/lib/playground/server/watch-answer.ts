import type { ListOptions } from '../../context/kube-client.ts'
import type { ServedResource } from '../store/resource-catalog.ts'
import { PageNotFound, StatusError } from '../store/status-error.ts'
import type { ObjectStore } from '../store/store.ts'
import { bookmarkOf, type StoreEvent } from '../store/watch-history.ts'
import type { ApiAnswer, ApiRequest } from './api-request.ts'

const bookmarkEveryMs = 60_000
const longestSeconds = 1800

/**
 * A watch: one JSON document a line, until the reader goes, the server drops it or its time is over. Seconds here are
 * real ones, whatever the playground's clock says, since they are the client's.
 */
export function watchAnswer(
  store: ObjectStore,
  resource: ServedResource,
  options: ListOptions,
  request: ApiRequest,
  print: (event: StoreEvent, isFirst: boolean) => object,
): ApiAnswer {
  const { query, signal } = request
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true'
  const seconds = Number(query.get('timeoutSeconds') ?? longestSeconds) || longestSeconds
  const queue: StoreEvent[] = []
  let isOver = false
  let wake = () => {}
  const end = () => {
    isOver = true
    wake()
  }
  const watcher = {
    next(event: StoreEvent) {
      if (event.type === 'BOOKMARK' && !wantsBookmarks) return
      queue.push(event)
      wake()
    },
    end,
  }
  const stop = store.watch(resource, options, watcher)
  const bookmark = () => watcher.next({ type: 'BOOKMARK', object: bookmarkOf(resource, store.revision) })
  const timers = [
    setInterval(bookmark, bookmarkEveryMs),
    setTimeout(() => {
      bookmark()
      end()
    }, seconds * 1000),
  ]
  signal.addEventListener('abort', end)
  const close = () => {
    stop()
    for (const timer of timers) clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
  async function* lines(): AsyncIterable<string> {
    let isFirst = true
    try {
      for (;;) {
        const event = queue.shift()
        if (event) {
          yield `${JSON.stringify(print(event, isFirst))}\n`
          isFirst = false
        } else if (isOver || signal.aborted) return
        else {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      }
    } finally {
      close()
    }
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, stream: lines() }
}

/** The answer to a request that fails before it begins. */
export function refusalAnswer(error: unknown): ApiAnswer {
  if (error instanceof PageNotFound)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' }
  const { status } =
    error instanceof StatusError
      ? error
      : new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`)
  const seconds = status.details?.retryAfterSeconds
  return {
    status: status.code,
    headers: {
      'content-type': 'application/json',
      ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
    },
    body: `${JSON.stringify(status)}\n`,
  }
}

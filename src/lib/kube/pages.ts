import type { KubeClient, ListOptions, ListPage, ResourceType, Selection } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { isExpired } from './retry.ts'

/** kubectl's `--chunk-size` */
export const defaultPageSize = 500

export interface PageOptions extends Selection {
  /** objects per request; 0: all at once. Default 500. */
  pageSize?: number
  /** ends the request in flight */
  signal?: AbortSignal
}

/**
 * A page, or as much of a long one as has arrived: `resourceVersion` is empty then, and `continueToken` absent, until
 * the page is complete.
 */
export interface Page<R> extends ListPage<R> {
  /** The list was too old to go on with and begins anew here: what came before no longer holds. */
  startsOver: boolean
}

/** A list page by page; see {@link convertedPages}. */
export function pages<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: PageOptions = {},
): AsyncGenerator<Page<T>, void, undefined> {
  return convertedPages<T, T>(client, type, object => object, options)
}

/** So many objects of a page that is still arriving are handed over at once. */
const batchSize = 500

/**
 * A list page by page, each object turned into what is kept of it as soon as it has arrived: of a long list no more is
 * in memory than that. The next page is under way while this one is looked at.
 *
 * When the server has forgotten the list meanwhile (410), all is fetched again in one piece, as client-go's pager does.
 */
export async function* convertedPages<T extends KubeObject, R>(
  client: KubeClient,
  type: ResourceType,
  convert: (object: T) => R,
  options: PageOptions = {},
): AsyncGenerator<Page<R>, void, undefined> {
  const { pageSize = defaultPageSize, signal, ...selection } = options
  const controller = new AbortController()
  const abort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  const ask = (limit: number, continueToken?: string): Arriving<R> => {
    const page = { ...selection, limit, continueToken }
    const batches = batchesOf<T, R>(client, type, convert, page, controller.signal)
    const first = batches.next()
    // It is awaited when its turn comes; until then its failure is not unhandled.
    first.catch(() => {})
    return { batches, first }
  }
  try {
    let hasStartedOver = false
    let isFirst = true
    let pending: Arriving<R> | undefined = ask(pageSize)
    while (pending) {
      let result: IteratorResult<R[], ListPage<R>>
      let startsOver = false
      try {
        result = await pending.first
      } catch (error) {
        if (isFirst || hasStartedOver || !isExpired(error)) throw error
        hasStartedOver = true
        startsOver = true
        pending = ask(0)
        result = await pending.first
      }
      for (; !result.done; result = await pending.batches.next()) {
        yield { items: result.value, resourceVersion: '', startsOver }
        startsOver = false
      }
      const continueToken: string | undefined = result.value.continueToken
      pending = continueToken ? ask(pageSize, continueToken) : undefined
      isFirst = false
      yield { ...result.value, startsOver }
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    controller.abort()
  }
}

/** All objects of a selection and the resourceVersion to watch from. */
export async function listAll<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: PageOptions = {},
): Promise<{ items: T[]; resourceVersion: string }> {
  let items: T[] = []
  let resourceVersion = ''
  for await (const page of pages<T>(client, type, options)) {
    items = page.startsOver || items.length === 0 ? page.items : items.concat(page.items)
    resourceVersion = page.resourceVersion
  }
  return { items, resourceVersion }
}

/** A page that has been asked for. */
interface Arriving<R> {
  batches: AsyncIterator<R[], ListPage<R>, undefined>
  first: Promise<IteratorResult<R[], ListPage<R>>>
}

/** What our own client can do beyond the port. */
interface BatchingClient extends KubeClient {
  listBatches<T extends KubeObject, R>(
    type: ResourceType,
    options: ListOptions,
    convert: (object: T) => R,
    size: number,
    signal?: AbortSignal,
  ): AsyncGenerator<R[], ListPage<R>, undefined>
}

function batchesOf<T extends KubeObject, R>(
  client: KubeClient,
  type: ResourceType,
  convert: (object: T) => R,
  options: ListOptions,
  signal: AbortSignal,
): AsyncIterator<R[], ListPage<R>, undefined> {
  if (isBatching(client)) return client.listBatches(type, options, convert, batchSize, signal)
  const whole = async (): Promise<ListPage<R>> => {
    const page = await client.list<T>(type, options)
    return { ...page, items: page.items.map(convert) }
  }
  return { next: async () => ({ done: true, value: await whole() }) }
}

function isBatching(client: KubeClient): client is BatchingClient {
  return 'listBatches' in client
}

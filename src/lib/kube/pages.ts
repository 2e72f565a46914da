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

export interface Page<R> extends ListPage<R> {
  /** The list was too old to go on with and begins anew with this page: what came before it no longer holds. */
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
  const ask = (limit: number, continueToken?: string): Promise<ListPage<R>> => {
    const page = onePage<T, R>(client, type, convert, { ...selection, limit, continueToken }, controller.signal)
    // It is awaited when its turn comes; until then its failure is not unhandled.
    page.catch(() => {})
    return page
  }
  try {
    let hasStartedOver = false
    let isFirst = true
    let pending: Promise<ListPage<R>> | undefined = ask(pageSize)
    while (pending) {
      let page: ListPage<R>
      let startsOver = false
      try {
        page = await pending
      } catch (error) {
        if (isFirst || hasStartedOver || !isExpired(error)) throw error
        hasStartedOver = true
        startsOver = true
        page = await ask(0)
      }
      pending = page.continueToken ? ask(pageSize, page.continueToken) : undefined
      isFirst = false
      yield { ...page, startsOver }
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

/** What our own client can do beyond the port. */
interface ConvertingClient extends KubeClient {
  listConverted<T extends KubeObject, R>(
    type: ResourceType,
    options: ListOptions,
    convert: (object: T) => R,
    signal?: AbortSignal,
  ): Promise<ListPage<R>>
}

async function onePage<T extends KubeObject, R>(
  client: KubeClient,
  type: ResourceType,
  convert: (object: T) => R,
  options: ListOptions,
  signal: AbortSignal,
): Promise<ListPage<R>> {
  if (isConverting(client)) return client.listConverted(type, options, convert, signal)
  const page = await client.list<T>(type, options)
  return { ...page, items: page.items.map(convert) }
}

function isConverting(client: KubeClient): client is ConvertingClient {
  return 'listConverted' in client
}

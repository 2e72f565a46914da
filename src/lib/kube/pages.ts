import type { KubeClient, ListOptions, ListPage, ResourceType, Selection } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { continueTokenOf, type ListText, parseListPage } from './list-text.ts'
import { isExpired } from './retry.ts'

/** kubectl's `--chunk-size` */
export const defaultPageSize = 500

export interface PageOptions extends Selection {
  /** objects per request; 0: all at once. Default 500. */
  pageSize?: number
  /** ends the request in flight */
  signal?: AbortSignal
}

export interface Page<T> extends ListPage<T> {
  /** The list was too old to go on with and begins anew with this page: what came before it no longer holds. */
  startsOver: boolean
}

/** A client that hands out a list as text, so that the next page can be under way while this one is parsed. */
interface TextClient extends KubeClient {
  listText(type: ResourceType, options: ListOptions, signal?: AbortSignal): Promise<ListText>
}

/** A page that has arrived: where the next one begins is known (or guessed) before its objects are. */
interface Arrived<T> {
  nextToken: string | undefined
  parse(): ListPage<T>
}

/**
 * A list page by page. The next page is asked for as soon as the text of the current one is there, before it is
 * parsed, so that the server works while we do; a page is not kept once it has been handed over.
 *
 * When the server has forgotten the list meanwhile (410), all is fetched again in one piece, as client-go's pager does.
 */
export async function* pages<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: PageOptions = {},
): AsyncGenerator<Page<T>, void, undefined> {
  const { pageSize = defaultPageSize, signal, ...selection } = options
  const controller = new AbortController()
  const abort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  const arrive = (limit: number, continueToken?: string) => {
    const page = arrival<T>(client, type, { ...selection, limit, continueToken }, controller.signal)
    // It is awaited one turn later; until then its failure is not unhandled.
    page.catch(() => {})
    return page
  }
  try {
    let hasStartedOver = false
    let isFirst = true
    let pending: Promise<Arrived<T>> | undefined = arrive(pageSize)
    while (pending) {
      let arrived: Arrived<T>
      let startsOver = false
      try {
        arrived = await pending
      } catch (error) {
        if (isFirst || hasStartedOver || !isExpired(error)) throw error
        hasStartedOver = true
        startsOver = true
        arrived = await arrive(0)
      }
      const guess = arrived.nextToken
      pending = guess === undefined ? undefined : arrive(pageSize, guess)
      // Parsing blocks; the request has to be on the wire first.
      if (pending && handsOutText(client)) await turn()
      const page = arrived.parse()
      if (page.continueToken !== guess) pending = page.continueToken ? arrive(pageSize, page.continueToken) : undefined
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

async function arrival<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType,
  options: ListOptions,
  signal: AbortSignal,
): Promise<Arrived<T>> {
  if (handsOutText(client)) {
    const list = await client.listText(type, options, signal)
    return {
      nextToken: continueTokenOf(list.text),
      parse: () => {
        const page = parseListPage<T>(list, type)
        // The text is as big as its objects, and the caller may keep this page's closure for as long as it likes.
        list.text = ''
        return page
      },
    }
  }
  const page = await client.list<T>(type, options)
  return { nextToken: page.continueToken, parse: () => page }
}

function handsOutText(client: KubeClient): client is TextClient {
  return 'listText' in client
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

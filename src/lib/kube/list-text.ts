import type { ListPage, ResourceType } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'

/** A list as it came from the server. */
export interface ListText {
  text: string
}

interface RawList<T> {
  apiVersion?: string
  kind?: string
  items?: T[] | null
  metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
}

/**
 * Items of built-in types carry no apiVersion and kind inside a list; they get the type's, so that an object is the
 * same however it was read.
 *
 * @throws Failure for text that is not a list
 */
export function parseListPage<T extends KubeObject>(list: ListText, type: ResourceType): ListPage<T> {
  let value: RawList<T>
  try {
    value = JSON.parse(list.text) as RawList<T>
  } catch (error) {
    throw notAList(list.text, error)
  }
  if (value === null || typeof value !== 'object' || !('items' in value)) throw notAList(list.text)
  const items = value.items ?? []
  if (items.length > 0 && items[0]?.kind === undefined) {
    const apiVersion = type.group ? `${type.group}/${type.version}` : type.version
    for (const [index, item] of items.entries()) items[index] = { apiVersion, kind: type.kind, ...item }
  }
  return {
    items,
    resourceVersion: value.metadata?.resourceVersion ?? '',
    continueToken: value.metadata?.continue || undefined,
    remainingItemCount: value.metadata?.remainingItemCount,
  }
}

function notAList(text: string, cause?: unknown): Failure {
  return new Failure('error', `the server answered something that is not a list: ${safeText(text.slice(0, 200))}`, {
    reason: 'NotJson',
    cause,
  })
}

/**
 * Where the next page begins, found without parsing: custom resources have their metadata after the items, built-in
 * types before them. It is a guess that the parsed list has to confirm, since a text can look like anything.
 */
export function continueTokenOf(text: string): string | undefined {
  const metadata =
    /"metadata":\{([^{}]*)\}\s*\}\s*$/.exec(text.slice(-4096))?.[1] ??
    /^\s*\{[^{}[\]]*"metadata":\{([^{}]*)\}/.exec(text.slice(0, 4096))?.[1]
  return metadata && /"continue":"([^"\\]+)"/.exec(metadata)?.[1]
}

import type { ListPage, ResourceType } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'

interface RawList<T> {
  items?: T[] | null
  metadata?: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
}

/** How much of a list has to be there before its shape can be told. */
const startBytes = 2048
/** After so many pieces in a row that are no objects, no more are tried before the end. */
const patience = 100

/**
 * Reads a list from the bytes of its JSON as they arrive and turns each object into what the caller keeps of it, so that
 * neither the text of a page nor its objects are ever in memory together.
 *
 * The API server writes the objects of a list one after the other without white space, and all begin alike: the text is
 * cut where `},` is followed by that beginning. Such a place inside an object gives pieces whose brackets do not match;
 * they are put together again. A list of any other shape is parsed as a whole at the end.
 */
export class ListReader<T extends KubeObject, R> {
  private readonly type: ResourceType
  private readonly convert: (object: T) => R
  private items: R[] = []
  /** what has arrived and is not cut yet; nothing but that while there is no separator */
  private parts: Buffer[] = []
  private size = 0
  private separator: Buffer | undefined
  private isWhole = false
  /** the list up to and including `"items":[` */
  private head = ''
  /** end of the last chunk, which may be the beginning of a separator */
  private carry: Buffer = Buffer.alloc(0)
  /** pieces that are no objects by themselves */
  private broken = ''
  private brokenPieces = 0

  constructor(type: ResourceType, convert: (object: T) => R) {
    this.type = type
    this.convert = convert
  }

  push(chunk: Buffer): void {
    if (this.separator !== undefined) {
      this.cut(chunk, this.separator)
      return
    }
    this.parts.push(chunk)
    this.size += chunk.length
    if (this.isWhole || this.size < startBytes) return
    const start = Buffer.concat(this.parts)
    const shape = shapeOf(start.toString('latin1', 0, startBytes))
    if (shape === undefined) {
      this.isWhole = true
      return
    }
    this.head = shape.head
    this.separator = Buffer.from(`},${shape.beginning}`, 'latin1')
    this.parts = []
    this.cut(start.subarray(shape.head.length), this.separator)
  }

  /** how many objects are there to take */
  get count(): number {
    return this.items.length
  }

  take(): R[] {
    const { items } = this
    this.items = []
    return items
  }

  /**
   * What is left of the list, and what it says of itself.
   *
   * @throws Failure for text that is not a list
   */
  end(): ListPage<R> {
    const rest = Buffer.concat([...this.parts, this.carry]).toString('utf8')
    this.parts = []
    if (this.separator === undefined) return this.page(listOf<T>(rest))
    const last = this.broken + rest
    // What follows the objects holds no `]` of its own as a rule, so that the last one ends them.
    let at = last.lastIndexOf(']')
    for (let attempt = 0; at !== -1 && attempt < patience; attempt++) {
      const items = parsed<T[]>(`[${last.slice(0, at)}]`)
      const list = items && parsed<RawList<T>>(this.head + last.slice(at))
      if (list) return this.page({ ...list, items })
      at = last.lastIndexOf(']', at - 1)
    }
    throw notAList(this.head + last)
  }

  private cut(chunk: Buffer, separator: Buffer): void {
    const data = this.carry.length > 0 ? Buffer.concat([this.carry, chunk]) : chunk
    let from = 0
    for (let at = data.indexOf(separator); at !== -1; at = data.indexOf(separator, at + 1)) {
      this.piece(data.subarray(from, at + 1))
      from = at + 2
    }
    const kept = Math.max(from, data.length - separator.length + 1)
    if (kept > from) this.parts.push(data.subarray(from, kept))
    this.carry = data.subarray(kept)
  }

  private piece(last: Buffer): void {
    const text = this.parts.length > 0 ? Buffer.concat([...this.parts, last]).toString('utf8') : last.toString('utf8')
    if (this.parts.length > 0) this.parts = []
    if (this.broken === '') {
      const object = parsed<T>(text)
      if (object !== undefined) {
        this.add(object)
        return
      }
    }
    const together = this.broken + text
    const objects = this.brokenPieces < patience ? parsed<T[]>(`[${together}]`) : undefined
    if (objects === undefined) {
      this.broken = `${together},`
      this.brokenPieces += 1
      return
    }
    this.broken = ''
    this.brokenPieces = 0
    for (const object of objects) this.add(object)
  }

  private add(object: T): void {
    this.items.push(this.convert(withKind(object, this.type)))
  }

  private page({ items, metadata }: RawList<T>): ListPage<R> {
    for (const object of items ?? []) this.add(object)
    return {
      items: this.items,
      resourceVersion: metadata?.resourceVersion ?? '',
      continueToken: metadata?.continue || undefined,
      remainingItemCount: metadata?.remainingItemCount,
    }
  }
}

/** Objects of built-in types carry no apiVersion and kind inside a list; they get the type's, as when read one by one. */
function withKind<T extends KubeObject>(object: T, type: ResourceType): T {
  if (object.kind !== undefined) return object
  return { apiVersion: type.group ? `${type.group}/${type.version}` : type.version, kind: type.kind, ...object }
}

/** How the list begins before its objects, and how each object does: up to its first member that is not the same in all. */
function shapeOf(start: string): { head: string; beginning: string } | undefined {
  const match = /^(\s*\{[^[\]]*"items":\[)(\{(?:"(?:apiVersion|kind)":"[^"\\]*",)*"[^"\\]{1,40}":)/.exec(start)
  return match?.[1] === undefined || match[2] === undefined ? undefined : { head: match[1], beginning: match[2] }
}

function listOf<T>(text: string): RawList<T> {
  const list = parsed<RawList<T>>(text)
  if (typeof list !== 'object' || list === null || !('items' in list)) throw notAList(text)
  return list
}

function parsed<V>(text: string): V | undefined {
  try {
    return JSON.parse(text) as V
  } catch {
    return undefined
  }
}

function notAList(text: string): Failure {
  return new Failure('error', `the server answered something that is not a list: ${safeText(text.slice(0, 200))}`, {
    reason: 'NotJson',
    hints: ['a proxy or a login page on the way to the API server often looks like this'],
  })
}

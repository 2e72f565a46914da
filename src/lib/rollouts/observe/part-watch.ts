import type { Context } from '../../context/context.ts'
import type { KubeClient, ResourceType, Selection } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { listAll } from '../../kube/pages.ts'
import { reflect } from '../../kube/reflector.ts'
import { Failure } from '../../values/failure.ts'
import { isHidden } from './part-reader.ts'

/** Told of what happens to any of the watches that make up one observation. */
export interface PartListener {
  changed(): void
  disconnected(part: object, sinceMs: number, message: string): void
  reconnected(part: object): void
  /** nothing that trying again can help */
  failed(error: unknown): void
}

const pollMs = 5_000

/**
 * The current objects of one selection, kept up to date in the background. The selection may change: what was seen
 * stays until the new one has been listed. Objects that may be listed and not watched are listed again and again;
 * objects that may not be listed are `isHidden`, and none.
 */
export class PartWatch<T extends KubeObject> {
  /** why the objects may not be read; absent: they may */
  hiddenBecause: Failure | undefined
  readonly #type: ResourceType
  readonly #client: KubeClient
  readonly #context: Context
  readonly #listener: PartListener
  #objects: ReadonlyMap<string, T> = new Map()
  #selection = ''
  #isSynced = false
  #running: AbortController | undefined

  constructor(type: ResourceType, client: KubeClient, context: Context, listener: PartListener) {
    this.#type = type
    this.#client = client
    this.#context = context
    this.#listener = listener
  }

  get isHidden(): boolean {
    return this.hiddenBecause !== undefined
  }

  /** Whether the objects are those that the server had, as of the first look. */
  get isReady(): boolean {
    return this.#isSynced || this.isHidden
  }

  get objects(): readonly T[] {
    return [...this.#objects.values()]
  }

  /** Follows this selection from now on; undefined selects nothing. */
  select(selection: Selection | undefined): void {
    const text = JSON.stringify(selection ?? null)
    if (text === this.#selection) return
    this.#selection = text
    this.stop()
    if (selection === undefined) {
      this.#objects = new Map()
      this.#isSynced = true
      return
    }
    const controller = new AbortController()
    this.#running = controller
    void this.#run(selection, controller.signal)
  }

  stop(): void {
    this.#running?.abort(new Error('not watched any more'))
    this.#running = undefined
    this.#listener.reconnected(this)
  }

  async #run(selection: Selection, signal: AbortSignal): Promise<void> {
    try {
      await this.#follow(selection, signal)
    } catch (error) {
      if (signal.aborted) return
      if (!isHidden(error)) {
        this.#listener.failed(error)
        return
      }
      try {
        await this.#poll(selection, signal)
      } catch (pollError) {
        if (!signal.aborted) this.#hide(pollError)
      }
    }
  }

  async #follow(selection: Selection, signal: AbortSignal): Promise<void> {
    const objects = new Map<string, T>()
    let isListed = false
    for await (const event of reflect<T>(this.#client, this.#type, selection, this.#context, { signal })) {
      switch (event.kind) {
        case 'added':
        case 'modified':
          objects.set(keyOf(event.object), event.object)
          break
        case 'deleted':
          objects.delete(keyOf(event.object))
          break
        case 'synced':
          isListed = true
          this.#isSynced = true
          this.hiddenBecause = undefined
          break
        case 'disconnected':
          this.#listener.disconnected(this, event.sinceMs, event.message)
          continue
        case 'reconnected':
          this.#listener.reconnected(this)
          continue
      }
      if (!isListed) continue
      this.#objects = objects
      this.#listener.changed()
    }
  }

  async #poll(selection: Selection, signal: AbortSignal): Promise<void> {
    for (;;) {
      const objects = await this.#read(selection, signal)
      this.#objects = new Map(objects.map(object => [keyOf(object), object]))
      this.#isSynced = true
      this.hiddenBecause = undefined
      this.#listener.changed()
      await this.#context.clock.sleep(pollMs, signal)
    }
  }

  /** A single object is read by its name: who may only `get` it may not list, however narrow the list is. */
  async #read(selection: Selection, signal: AbortSignal): Promise<readonly T[]> {
    const name = /^metadata\.name=([^,]+)$/.exec(selection.fieldSelector ?? '')?.[1]
    if (name === undefined) return (await listAll<T>(this.#client, this.#type, { ...selection, signal })).items
    const { namespace } = selection
    const ref = namespace === undefined ? { name } : { namespace, name }
    try {
      return [await this.#client.get<T>(this.#type, ref)]
    } catch (error) {
      if (error instanceof Failure && error.reason === 'NotFound') return []
      throw error
    }
  }

  #hide(error: unknown): void {
    if (!isHidden(error)) {
      this.#listener.failed(error)
      return
    }
    this.hiddenBecause = error
    this.#objects = new Map()
    this.#listener.changed()
  }
}

const keyOf = (object: KubeObject) => object.metadata.uid ?? object.metadata.name

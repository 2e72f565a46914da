import type { Context } from '../../context/context.ts'
import type { ResourceType, Selection } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { convertedPages } from '../../kube/pages.ts'
import { reflect } from '../../kube/reflector.ts'
import { experiments, rollouts } from '../../kube/resource-types.ts'
import { type ExperimentRow, experimentRow } from '../info/experiment-row.ts'
import { type RolloutRow, rolloutRow } from '../info/rollout-row.ts'
import type { Experiment, Rollout } from '../rollout.ts'
import { NextOrAlarm } from '../wait/next-or-alarm.ts'

export interface ListRowsOptions extends Selection {
  /** objects per request; 0: all at once. Default 10,000 for a list, 500 where it is watched. */
  pageSize?: number
}

/**
 * The API server answers a first page from its cache, and those after it from etcd (1.31 and newer), which takes several
 * times as long; and since we read the answer while it arrives, small pages spare us nothing.
 */
const largePage = 10_000

/** How objects of one type become rows. */
export interface RowSource<T extends KubeObject, R extends ListRow> {
  type: ResourceType
  row(object: T): R
}

export interface ListRow {
  namespace: string
  name: string
  uid: string
}

export const rolloutRows: RowSource<Rollout, RolloutRow> = { type: rollouts, row: rolloutRow }
export const experimentRows: RowSource<Experiment, ExperimentRow> = { type: experiments, row: experimentRow }

/**
 * Rows of all selected objects, some hundred at a time as they arrive; an object is dropped as soon as its row is
 * made. When the list has to begin anew (410), objects that were handed out already are not repeated.
 */
export async function* listRows<T extends KubeObject, R extends ListRow>(
  source: RowSource<T, R>,
  options: ListRowsOptions,
  context: Context,
): AsyncGenerator<R[], void, undefined> {
  const client = await context.kube()
  const seen = new Set<string>()
  let hasStartedOver = false
  const { pageSize = largePage } = options
  const pages = convertedPages(client, source.type, source.row, { ...options, pageSize, signal: context.signal })
  for await (const page of pages) {
    hasStartedOver ||= page.startsOver
    const rows = page.items.filter(({ uid }) => !hasStartedOver || !seen.has(uid))
    for (const { uid } of rows) seen.add(uid)
    if (rows.length > 0) yield rows
  }
}

/** All rows in one order, which takes the last page to know. */
export async function sortedRows<T extends KubeObject, R extends ListRow>(
  source: RowSource<T, R>,
  options: ListRowsOptions,
  order: (a: R, b: R) => number,
  context: Context,
): Promise<R[]> {
  const rows: R[] = []
  for await (const page of listRows(source, options, context)) rows.push(...page)
  return rows.sort(order)
}

export type RowEvent<R> =
  /** as they are listed, or as they changed since, each object's latest row */
  | { kind: 'rows'; rows: RowChange<R>[] }
  /** everything that existed at the start has been given */
  | { kind: 'synced' }
  | { kind: 'disconnected'; message: string; sinceMs: number }
  | { kind: 'reconnected' }

export interface RowChange<R> {
  row: R
  isDeleted: boolean
}

const batchMs = 150
const largestBatch = 500

/**
 * The rows, and then each row that changes, in batches: however fast an object changes, the last row that is given for
 * it is its last state, a deletion included.
 *
 * @param signature what of a row is worth giving it again; unchanged ones are left out
 * @throws Failure when the API server stays away for five minutes
 */
export async function* watchRows<T extends KubeObject, R extends ListRow>(
  source: RowSource<T, R>,
  options: ListRowsOptions,
  signature: (row: R) => string,
  context: Context,
): AsyncGenerator<RowEvent<R>, void, undefined> {
  const client = await context.kube()
  const { pageSize, ...selection } = options
  const events = reflect<T>(client, source.type, selection, context, pageSize === undefined ? {} : { pageSize })
  const stream = new NextOrAlarm(events, context.clock)
  const batch = new RowBatch<R>(signature)
  try {
    let flushAt: number | undefined
    for (;;) {
      const next = await stream.next(flushAt)
      if (next === 'end') return
      if (next !== 'alarm') {
        const event = next.item
        if (event.kind === 'disconnected' || event.kind === 'reconnected') {
          yield event
          continue
        }
        if (event.kind !== 'synced') batch.add(source.row(event.object), event.kind === 'deleted')
        flushAt ??= context.clock.now() + batchMs
        const isDue = event.kind === 'synced' || batch.size >= largestBatch || context.clock.now() >= flushAt
        if (!isDue) continue
        yield* batch.flush()
        if (event.kind === 'synced') yield { kind: 'synced' }
      } else yield* batch.flush()
      flushAt = undefined
    }
  } finally {
    await stream.close()
  }
}

/** The latest row of each object that changed since the last flush. */
class RowBatch<R extends ListRow> {
  readonly #signature: (row: R) => string
  readonly #changes = new Map<string, RowChange<R>>()
  readonly #given = new Map<string, string>()

  constructor(signature: (row: R) => string) {
    this.#signature = signature
  }

  get size(): number {
    return this.#changes.size
  }

  add(row: R, isDeleted: boolean): void {
    // An object made anew under its name is another one, and both have a last state.
    this.#changes.set(row.uid || `${row.namespace}/${row.name}`, { row, isDeleted })
  }

  *flush(): Generator<{ kind: 'rows'; rows: RowChange<R>[] }> {
    const rows: RowChange<R>[] = []
    for (const [key, change] of this.#changes) {
      const signature = this.#signature(change.row)
      if (!change.isDeleted && this.#given.get(key) === signature) continue
      if (change.isDeleted) this.#given.delete(key)
      else this.#given.set(key, signature)
      rows.push(change)
    }
    this.#changes.clear()
    if (rows.length > 0) yield { kind: 'rows', rows }
  }
}

import type { Context } from '../context/context.ts'
import type { Selection } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { listAll } from '../kube/pages.ts'
import { reflect } from '../kube/reflector.ts'
import { parseSelector } from '../kube/selectors.ts'
import type { OutputFormat } from '../output/output-format.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import type { ListViewOptions } from '../output/rollout-list-view.ts'
import { sortedBy } from '../output/sort-by.ts'
import type { Rendering } from '../output/table.ts'
import { type ListRow, listRows, type RowSource, watchRows } from '../rollouts/observe/list.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { worstOutcome } from './exit-codes.ts'
import { type OutputChoice, printerOptions } from './show.ts'

/** One kind of object as a table of rows. */
export interface Listing<T extends KubeObject, R extends ListRow> {
  source: RowSource<T, R>
  view(options: ListViewOptions, rendering: Rendering): RowView<R>
  /** the row of an object that is gone, for a watch */
  deleted(row: R): R
  /** for `--exit-status` */
  outcome(row: R): Outcome
  /** words for `--sort-by`, beside JSONPaths */
  orders: Readonly<Record<string, (a: R, b: R) => number>>
}

export interface RowView<R> {
  rows(rows: readonly R[], nowMs: number): string
  signature(row: R): string
}

export interface ListInput extends OutputChoice {
  'all-namespaces'?: boolean
  selector?: string | undefined
  'field-selector'?: string | undefined
  'chunk-size'?: number | undefined
  'ignore-not-found'?: boolean
  watch?: boolean
  'watch-only'?: boolean
  'exit-status'?: boolean
}

/**
 * Lists objects: rows as the pages arrive, or sorted, or the API's objects; and with `-w` what changes afterwards.
 *
 * @throws Failure `usage` for a selector, format or combination that cannot be meant
 */
export async function runList<T extends KubeObject, R extends ListRow>(
  listing: Listing<T, R>,
  flags: ListInput,
  context: Context,
): Promise<Outcome> {
  const format = parseOutputFormat(flags.output)
  const isWatch = flags.watch || flags['watch-only']
  if (flags.selector !== undefined) parseSelector(flags.selector)
  if (isWatch && flags['sort-by']) throw usage('--watch cannot be combined with --sort-by', { reason: 'InvalidFlag' })
  if (isWatch && flags['exit-status']) {
    throw usage('--watch cannot be combined with --exit-status', { reason: 'InvalidFlag' })
  }
  const selection: Selection = {
    ...(flags['all-namespaces'] ? { allNamespaces: true } : {}),
    ...(flags.selector ? { labelSelector: flags.selector } : {}),
    ...(flags['field-selector'] ? { fieldSelector: flags['field-selector'] } : {}),
  }
  const list = { listing, flags, format, context, selection }
  if (isWatch) return format.name === 'table' || format.name === 'wide' ? watchTable(list) : watchObjects(list)
  return format.name === 'table' || format.name === 'wide' ? listTable(list) : listObjects(list)
}

interface List<T extends KubeObject, R extends ListRow> {
  listing: Listing<T, R>
  flags: ListInput
  format: OutputFormat
  context: Context
  selection: Selection
}

function viewOf<T extends KubeObject, R extends ListRow>({ listing, flags, format, context }: List<T, R>): RowView<R> {
  const { stdout } = context
  const options = {
    allNamespaces: flags['all-namespaces'] ?? false,
    wide: format.name === 'wide',
    headers: !flags['no-headers'],
    watch: Boolean(flags.watch || flags['watch-only']),
  }
  return listing.view(options, { columns: stdout.columns, color: stdout.hasColor })
}

async function listTable<T extends KubeObject, R extends ListRow>(list: List<T, R>): Promise<Outcome> {
  const { listing, flags, context } = list
  const view = viewOf(list)
  const outcomes = new Set<Outcome>()
  let isEmpty = true
  for await (const rows of rowPages(list)) {
    isEmpty = false
    context.stdout.write(view.rows(rows, context.clock.now()))
    if (flags['exit-status']) for (const row of rows) outcomes.add(listing.outcome(row))
    if (context.stdout.isClosed) break
  }
  if (isEmpty) await sayNothingFound(list)
  return worstOutcome([...outcomes])
}

async function* rowPages<T extends KubeObject, R extends ListRow>(list: List<T, R>): AsyncGenerator<R[]> {
  const { listing, flags, context, selection } = list
  const { 'sort-by': sortBy } = flags
  const options = { ...selection, ...pageSize(flags) }
  if (sortBy === undefined) {
    yield* listRows(listing.source, options, context)
    return
  }
  const order = listing.orders[sortBy.toLowerCase()]
  if (!order) {
    // A field of the object: it has to be kept until all are there.
    const { items } = await listAll<T>(await context.kube(), listing.source.type, options)
    if (items.length > 0) yield sortedBy(items, sortBy).map(listing.source.row)
    return
  }
  const rows: R[] = []
  for await (const page of listRows(listing.source, options, context)) rows.push(...page)
  if (rows.length > 0) yield rows.sort(order)
}

async function listObjects<T extends KubeObject, R extends ListRow>(list: List<T, R>): Promise<Outcome> {
  const { listing, flags, format, context, selection } = list
  const order = flags['sort-by'] && listing.orders[flags['sort-by'].toLowerCase()]
  const options = printerOptions(flags)
  const { sortBy: _, ...unsorted } = options
  const { createObjectPrinter } = await import('../output/print-objects.ts')
  const printer = await createObjectPrinter(format, order ? unsorted : options, context)
  const selected = { ...selection, ...pageSize(flags), signal: context.signal }
  const { items } = await listAll<T>(await context.kube(), listing.source.type, selected)
  const { source } = listing
  if (order) items.sort((a, b) => order(source.row(a), source.row(b)))
  if (items.length === 0 && !['json', 'yaml', 'kyaml', 'info'].includes(format.name)) await sayNothingFound(list)
  else printer.printList(format.name === 'info' ? items.map(source.row) : items)
  return flags['exit-status'] ? worstOutcome(items.map(item => listing.outcome(source.row(item)))) : 'done'
}

async function watchTable<T extends KubeObject, R extends ListRow>(list: List<T, R>): Promise<Outcome> {
  const { listing, flags, context, selection } = list
  const { stdout, stderr, clock } = context
  const view = viewOf(list)
  let isInitial = true
  let isEmpty = true
  for await (const event of watchRows(
    listing.source,
    { ...selection, ...pageSize(flags) },
    view.signature.bind(view),
    context,
  )) {
    switch (event.kind) {
      case 'rows': {
        if (isInitial && flags['watch-only']) break
        isEmpty = false
        const rows = event.rows.map(({ row, isDeleted }) => (isDeleted ? listing.deleted(row) : row))
        stdout.write(view.rows(rows, clock.now()))
        break
      }
      case 'synced':
        if (isInitial && isEmpty && !flags['watch-only']) await sayNothingFound(list)
        isInitial = false
        break
      default:
        stderr.write(connectionText(event))
    }
    if (stdout.isClosed) break
  }
  return 'done'
}

async function watchObjects<T extends KubeObject, R extends ListRow>(list: List<T, R>): Promise<Outcome> {
  const { listing, flags, format, context, selection } = list
  const { createObjectPrinter } = await import('../output/print-objects.ts')
  const printer = await createObjectPrinter(format, printerOptions(flags), context)
  const types = { added: 'ADDED', modified: 'MODIFIED', deleted: 'DELETED' } as const
  let isInitial = true
  for await (const event of reflect<T>(
    await context.kube(),
    listing.source.type,
    selection,
    context,
    pageSize(flags),
  )) {
    if (event.kind === 'synced') isInitial = false
    else if (event.kind === 'disconnected' || event.kind === 'reconnected') context.stderr.write(connectionText(event))
    else if (!(isInitial && flags['watch-only'])) {
      const { object } = event
      printer.printEvent(types[event.kind], format.name === 'info' ? listing.source.row(object) : object)
    }
    if (context.stdout.isClosed) break
  }
  return 'done'
}

function connectionText(event: { kind: 'disconnected'; message: string } | { kind: 'reconnected' }): string {
  if (event.kind === 'reconnected') return 'the API server answers again\n'
  return `the API server does not answer: ${safeText(event.message)}; trying again\n`
}

function pageSize(flags: ListInput): { pageSize?: number } {
  return flags['chunk-size'] === undefined ? {} : { pageSize: flags['chunk-size'] }
}

async function sayNothingFound<T extends KubeObject, R extends ListRow>(list: List<T, R>): Promise<void> {
  const { listing, flags, context } = list
  if (flags['ignore-not-found']) return
  const where =
    flags['all-namespaces'] || !listing.source.type.namespaced
      ? ''
      : ` in ${safeText((await context.kube()).namespace)} namespace`
  context.stderr.write(`No resources found${where}.\n`)
}

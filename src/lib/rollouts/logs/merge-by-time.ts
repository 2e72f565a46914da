import type { LogEntry } from './log-entry.ts'

/**
 * Streams that are each in order of time as one that is: the earliest line comes first, and one without a time (a note)
 * before everything of its stream. Holds one entry of each stream.
 */
export async function* mergeByTime(streams: readonly AsyncIterable<LogEntry>[]): AsyncGenerator<LogEntry> {
  const iterators = streams.map(stream => stream[Symbol.asyncIterator]())
  try {
    // all first entries at once: the requests run side by side
    const heads = await Promise.all(iterators.map(iterator => iterator.next()))
    for (;;) {
      let first = -1
      for (const [index, head] of heads.entries()) {
        if (head.done) continue
        const best = heads[first]
        if (best === undefined || timeOf(head.value) < timeOf(best.value)) first = index
      }
      const iterator = iterators[first]
      const head = heads[first]
      if (iterator === undefined || head === undefined) return
      yield head.value as LogEntry
      heads[first] = await iterator.next()
    }
  } finally {
    await Promise.all(iterators.map(iterator => iterator.return?.()))
  }
}

/** RFC 3339 in UTC with a varying number of decimals: comparable as text once these are of one length. */
function timeOf(entry: LogEntry): string {
  if (entry.kind === 'note' || entry.time === undefined) return ''
  const [, seconds = '', decimals = ''] = /^(.{19})(?:\.(\d+))?/.exec(entry.time) ?? []
  return `${seconds}.${decimals.padEnd(9, '0')}`
}

import { LogMiner } from '../../../src/lib/verify/logs/miner.ts'
import type { Case, Suite } from '../suite.ts'

export interface LabelledLog extends Case {
  content: string[]
  /** the event that each line truly is */
  events: string[]
}

export interface Grouping {
  /** share of lines whose group is the true one */
  ga: number
  /** F1 over the groups that are exactly right */
  fga: number
}

/**
 * Log lines by their templates: FILE is a folder of NAME.csv with the columns Content and EventId. One fresh miner for each;
 * it sees Content alone. A set passes when it can be read: the means are what is to be looked at, and the test holds them.
 */
export const loghubSuite: Suite<LabelledLog> = {
  folder: { file: /\.csv$/, case: labelledLog },
  compare: test => ({ expected: undefined, actual: undefined, figures: { ...measured(test) } }),
}

export function labelledLog(text: string, name: string): LabelledLog {
  const [header = [], ...rows] = csvRows(text)
  const content = header.indexOf('Content')
  const event = header.indexOf('EventId')
  if (content < 0 || event < 0) throw new Error('columns Content and EventId are missing')
  return {
    id: name.replace(/\.csv$/, ''),
    expect: undefined,
    content: rows.map(row => row[content] ?? ''),
    events: rows.map(row => row[event] ?? ''),
  }
}

export function measured({ content, events }: LabelledLog): Grouping {
  const miner = new LogMiner()
  const templates = content.map(line => miner.add(line))
  return grouping(
    templates.map(each => String(each.root.id)),
    events,
  )
}

/** GA and FGA as Loghub-2.0 defines them: a group counts when it has the lines of one true group and no others. */
export function grouping(found: readonly string[], truth: readonly string[]): Grouping {
  const size = (labels: readonly string[]) => {
    const sizes = new Map<string, number>()
    for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1)
    return sizes
  }
  const foundSize = size(found)
  const trueSize = size(truth)
  const both = size(found.map((label, index) => `${label} ${truth[index]}`))
  let [lines, groups] = [0, 0]
  for (const [pair, count] of both) {
    const [label = '', event = ''] = pair.split(' ')
    if (foundSize.get(label) !== count || trueSize.get(event) !== count) continue
    lines += count
    groups++
  }
  return { ga: lines / truth.length, fga: (2 * groups) / (foundSize.size + trueSize.size) }
}

/** RFC 4180: quoted fields may hold commas, quotes and line ends. */
function csvRows(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy
  pattern.lastIndex = text.startsWith('\ufeff') ? 1 : 0
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex
    const match = pattern.exec(text)
    if (!match) throw new Error(`not CSV at character ${at}`)
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

const context = 3

/**
 * The change of a file as `diff -u` shows it. Fixes never make or take lines, so that lines are compared one by one; a
 * text with another number of lines is shown as replaced.
 */
export function unifiedDiff(name: string, before: string, after: string): string {
  const old = linesOf(before)
  const now = linesOf(after)
  if (old.length !== now.length)
    return [...header(name, [0, old.length], [0, now.length]), ...minus(old), ...plus(now)].join('\n')
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]))
  const hunks: [from: number, to: number][] = []
  for (const index of changed) {
    const last = hunks.at(-1)
    const from = Math.max(0, index - context)
    const to = Math.min(old.length, index + context + 1)
    if (last && from <= last[1]) last[1] = to
    else hunks.push([from, to])
  }
  const lines = [`--- ${name}`, `+++ ${name}`]
  for (const [from, to] of hunks) {
    lines.push(`@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`)
    for (let at = from; at < to; ) {
      if (old[at] === now[at]) {
        lines.push(` ${old[at++]}`)
        continue
      }
      let end = at
      while (end < to && old[end] !== now[end]) end++
      lines.push(...minus(old.slice(at, end)), ...plus(now.slice(at, end)))
      at = end
    }
  }
  return `${lines.join('\n')}\n`
}

const linesOf = (text: string) => text.replace(/\n$/, '').split('\n')
const minus = (lines: readonly string[]) => lines.map(line => `-${line}`)
const plus = (lines: readonly string[]) => lines.map(line => `+${line}`)
const header = (name: string, [from, many]: [number, number], [to, count]: [number, number]) => [
  `--- ${name}`,
  `+++ ${name}`,
  `@@ -${from + 1},${many} +${to + 1},${count} @@`,
]

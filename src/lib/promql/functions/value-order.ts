/**
 * In the order of values, NaN last. Up to twelve elements go through the insertion sort that Go's sort.Sort uses for them,
 * with upstream's comparison that puts anything before NaN: elements that are all NaN come out in reverse.
 */
export function inValueOrder<T>(items: readonly T[], numberOf: (item: T) => number, descending: boolean): T[] {
  const sorted = [...items]
  if (sorted.length > 12)
    return sorted.sort((a, b) => {
      const [x, y] = [numberOf(a), numberOf(b)]
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y))
      return (descending ? y - x : x - y) || 0
    })
  for (let index = 1; index < sorted.length; index++)
    for (let at = index; at > 0; at--) {
      const [before, item] = [sorted[at - 1], sorted[at]]
      if (before === undefined || item === undefined) break
      const [x, y] = [numberOf(before), numberOf(item)]
      if (!(Number.isNaN(x) || (descending ? x < y : x > y))) break
      sorted[at - 1] = item
      sorted[at] = before
    }
  return sorted
}

/** The first index below `limit` for which `test` holds, else `limit`; the tests go from false to true. */
export function searchIndex(limit: number, test: (index: number) => boolean): number {
  let low = 0
  let high = limit
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Whether the value takes lines of its own: a map or list with entries. */
export function isCollection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && definedKeys(value).length > 0
}

const definedKeys = (value: object): string[] =>
  Object.keys(value).filter(key => (value as Record<string, unknown>)[key] !== undefined)

/** Keys as go-yaml sorts them (sorter.go): numbers by value, `step2` before `step10`, letters after everything else. */
export function naturallySortedKeys(value: object): string[] {
  return definedKeys(value).sort(compareNaturally)
}

function compareNaturally(a: string, b: string): number {
  const as = [...a]
  const bs = [...b]
  const length = Math.min(as.length, bs.length)
  for (let index = 0; index < length; index++) {
    const x = as[index] ?? ''
    const y = bs[index] ?? ''
    if (x === y) continue
    const xIsLetter = /\p{L}/u.test(x)
    const yIsLetter = /\p{L}/u.test(y)
    if (xIsLetter && yIsLetter) return x < y ? -1 : 1
    if (xIsLetter || yIsLetter) return yIsLetter ? -1 : 1
    return compareDigits(as, bs, index)
  }
  return as.length - bs.length
}

function compareDigits(as: string[], bs: string[], index: number): number {
  // after a digit that is not 0, a 0 counts: 10 is more than 1a
  const isInNumber = (as[index] === '0' || bs[index] === '0') && hasNonZeroBefore(as, index)
  const [x, xEnd] = numberAt(as, index, isInNumber ? 1 : 0)
  const [y, yEnd] = numberAt(bs, index, isInNumber ? 1 : 0)
  if (x !== y) return x < y ? -1 : 1
  if (xEnd !== yEnd) return xEnd - yEnd
  return (as[index] ?? '') < (bs[index] ?? '') ? -1 : 1
}

function hasNonZeroBefore(letters: string[], index: number): boolean {
  for (let at = index - 1; at >= 0 && /\d/.test(letters[at] ?? ''); at--) if (letters[at] !== '0') return true
  return false
}

function numberAt(letters: string[], index: number, start: number): [number, number] {
  let value = start
  let at = index
  for (; at < letters.length && /\d/.test(letters[at] ?? ''); at++) value = value * 10 + Number(letters[at])
  return [value, at]
}

/** Whether two values would be the same JSON but for the order of fields; what they share is not looked into. */
export function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => isSameValue(each, b[index]))
    )
  const before = a as Record<string, unknown>
  const after = b as Record<string, unknown>
  for (const key in before) if (!isSameValue(before[key], after[key])) return false
  for (const key in after) if (after[key] !== undefined && before[key] === undefined) return false
  return true
}

import type { Dialect } from '../dialect.ts'

const old = `
  all none any one filter map find findIndex findLast findLastIndex count groupBy reduce
  len type abs ceil floor round int float string
  trim trimPrefix trimSuffix upper lower split splitAfter replace repeat join indexOf lastIndexOf hasPrefix hasSuffix
  max min sum mean median toJSON fromJSON toBase64 fromBase64 now duration date
  first last get take keys values toPairs fromPairs sort sortBy`

const added = 'timezone reverse uniq concat flatten bitand bitor bitxor bitnand bitshl bitshr bitushr bitnot'

const words = (text: string) => text.trim().split(/\s+/)

const names: Record<Dialect, ReadonlySet<string>> = {
  '1.15': new Set(words(old)),
  '1.17': new Set([...words(old), ...words(added)]),
}

export const builtinNames = (dialect: Dialect): ReadonlySet<string> => names[dialect]
export const isBuiltin = (name: string, dialect: Dialect): boolean => names[dialect].has(name)

import type { Dialect } from '../dialect.ts'

export type ArgumentKind = 'expression' | 'predicate' | 'expression?' | 'predicate?'

const collectionAndPredicate: readonly ArgumentKind[] = ['expression', 'predicate']

const always = [
  'all',
  'none',
  'any',
  'one',
  'filter',
  'map',
  'find',
  'findIndex',
  'findLast',
  'findLastIndex',
  'groupBy',
]

const forms: Record<Dialect, ReadonlyMap<string, readonly ArgumentKind[]>> = {
  '1.17': new Map([
    ...always.map(name => [name, collectionAndPredicate] as const),
    ['count', ['expression', 'predicate?']],
    ['sum', ['expression', 'predicate?']],
    ['sortBy', ['expression', 'predicate', 'expression?']],
    ['reduce', ['expression', 'predicate', 'expression?']],
  ]),
  '1.15': new Map([
    ...always.map(name => [name, collectionAndPredicate] as const),
    ['count', collectionAndPredicate],
    ['reduce', ['expression', 'predicate', 'expression?']],
  ]),
}

/** The arguments of a builtin that takes a predicate; undefined for every other name. */
export const predicateForm = (name: string, dialect: Dialect): readonly ArgumentKind[] | undefined =>
  forms[dialect].get(name)

import type { Node } from '../ast/node.ts'
import { rewrite } from '../ast/walk.ts'
import type { Dialect } from '../dialect.ts'
import {
  combinePredicates,
  countAny,
  countThreshold,
  filterEnd,
  filterLen,
  filterMap,
  sumArray,
  sumMap,
  sumRange,
} from './collections.ts'
import { foldConstants } from './fold.ts'
import { constantRange, inRange, inSet } from './membership.ts'

/**
 * Rewrites a checked expression as upstream's optimizer does, since that decides some results (optimizer/optimizer.go).
 *
 * @throws Problem for a remainder by zero between constants
 */
export function optimize(root: Node, dialect: Dialect): Node {
  const isNew = dialect === '1.17'
  let node = foldConstants(rewrite(root, inSet), dialect)
  const rules: ((node: Node) => Node)[] = [
    inRange,
    each => constantRange(each, dialect),
    each => filterMap(each, dialect),
    filterLen,
    each => filterEnd(each, -1n, 'last', 'findLast'),
    each => filterEnd(each, 0n, 'first', 'find'),
    ...(isNew ? [combinePredicates, sumRange, sumArray, sumMap, countAny, countThreshold] : []),
  ]
  for (const rule of rules) node = rewrite(node, rule)
  return node
}

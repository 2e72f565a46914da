import type { Node } from '../../expr/ast/node.ts'
import { childrenOf } from '../../expr/ast/walk.ts'
import type { QueryDescription } from '../../promql/describe-query.ts'
import type { MetricModel } from '../model/metric-model.ts'
import type { Rule } from '../rule.ts'

export const onlyFirstSeries: Rule = {
  id: 'CA022',
  name: 'only-first-series',
  severity: 'warning',
  title: 'Only result[0] of a query that can return many series',
  explanation:
    'A query that groups by labels, or does not aggregate at all, returns one number per series in no particular order (a range query also one per step). result[0] looks at one of them, and the others can be as bad as they like.',
  hint: 'look at all of them, all(result, # < 0.05), or aggregate in the query: sum(...), max(...)',
  example: {
    wrong: 'successCondition: result[0] < 0.05\nquery: sum by (pod) (rate(errors_total[5m]))',
    right: 'successCondition: "all(result, # < 0.05)"\nquery: sum by (pod) (rate(errors_total[5m]))',
  },
  check(project, report) {
    for (const { document, metrics } of project.specs)
      for (const metric of metrics) {
        const why = whyMany(metric)
        if (
          why === undefined ||
          metric.conditions.length === 0 ||
          !metric.conditions.every(each => usesFirstOnly(each.tree(project.options.version)))
        )
          continue
        const [condition] = metric.conditions
        if (condition) report({ document, path: condition.path }, `only result[0] is looked at, but the query ${why}`)
      }
  },
}

function whyMany({ query }: MetricModel): string | undefined {
  const { description } = query ?? {}
  if (description === undefined || description.type === 'scalar' || description.type === 'string') return undefined
  if (query?.isRange) return 'is a range query, with a number for every step'
  if (!description.mayBeSeveral || isPinned(description)) return undefined
  const by = description.aggregations.find(({ without, labels }) => !without && labels.length > 0)
  return by ? `returns a series per ${by.labels.join(', ')}` : 'can return many series'
}

/**
 * Labels that are pinned to one value cannot make several series; a recorded or object state that is asked for by name is
 * one series where it is used.
 */
function isPinned({ aggregations, selectors, histogramQuantiles }: QueryDescription): boolean {
  const pinned = (label: string) =>
    // histogram_quantile takes the buckets together
    (label === 'le' && histogramQuantiles.length > 0) ||
    (selectors.length > 0 &&
      selectors.every(({ matchers }) => matchers.some(({ name, operator }) => name === label && operator === '=')))
  if (aggregations.length > 0) return aggregations.every(({ without, labels }) => !without && labels.every(pinned))
  return selectors.every(
    ({ metric, matchers, isRange }) =>
      matchers.some(({ operator }) => operator === '=') &&
      (!isRange || matchers.some(({ name }) => name === 'pod' || name === 'instance')) &&
      metric !== undefined &&
      (metric.includes(':') ||
        metric.startsWith('kube_') ||
        matchers.some(({ name, operator }) => operator === '=' && (name === 'pod' || name === 'instance'))),
  )
}

/** Every use of `result` is `result[0]`, `first(result)` or a comparison of its length with nothing. */
function usesFirstOnly(tree: Node | undefined): boolean {
  if (tree === undefined) return false
  let first = 0
  const visit = (node: Node): boolean => {
    if (node.kind === 'member' && isResult(node.base))
      return node.property.kind === 'integer' && node.property.value === 0n && ++first > 0
    if (node.kind === 'builtin' && node.name === 'first' && isResult(node.args[0])) return ++first > 0
    if (node.kind === 'binary' && isLength(node.left)) return isSmall(node.right)
    if (node.kind === 'binary' && isLength(node.right)) return isSmall(node.left)
    return !isResult(node) && childrenOf(node).every(visit)
  }
  return visit(tree) && first > 0
}

const isResult = (node: Node | undefined) => node?.kind === 'identifier' && node.name === 'result'
const isLength = (node: Node) => node.kind === 'builtin' && node.name === 'len' && isResult(node.args[0])
/** `len(result) == 1` means that the author has thought of several. */
const isSmall = (node: Node) => node.kind === 'integer' && node.value === 0n

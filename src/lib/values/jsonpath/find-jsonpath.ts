import { Failure } from '../failure.ts'
import { goPrint, sortedEntries } from '../go-print.ts'
import { FloatLiteral, goTypeName, isComparisonTrue, plainValue } from './go-values.ts'
import type { FindOptions, JsonPath, JsonPathNode, Slice } from './jsonpath.ts'

/**
 * The values that each action and text of the template yields, in order (client-go jsonpath.go FindResults). The order
 * of fields under `*` and `..` is by name, where Go's is random. Go's "no value", which an empty or null range element
 * gives, is `undefined`.
 *
 * @throws Failure `error` for a missing key (unless allowed), an index out of bounds, an impossible comparison
 */
export function findJsonPath(path: JsonPath, data: unknown, options: FindOptions = {}): unknown[][] {
  return new Search(path, options.allowMissingKeys ?? false).run(data, 0)
}

/** What had been found when the error came up: client-go's `exists` filter looks at it. */
class SearchError extends Error {
  readonly found: unknown[]

  constructor(message: string, found: unknown[]) {
    super(message)
    this.found = found
  }
}

class Search {
  readonly #nodes: JsonPathNode[]
  readonly #allowMissingKeys: boolean
  readonly #template: string
  // a range is begun and ended by identifiers wherever they are evaluated, which the loop in `#results` then notices
  #rangesToBegin = 0
  #openRanges = 0
  #rangesToEnd = 0
  #lastEnd = -1

  constructor(path: JsonPath, allowMissingKeys: boolean) {
    this.#nodes = path.nodes
    this.#template = path.template
    this.#allowMissingKeys = allowMissingKeys
  }

  run(data: unknown, from: number): unknown[][] {
    try {
      return this.#results(data, from)
    } catch (error) {
      if (!(error instanceof SearchError)) throw error
      throw new Failure('error', `error executing jsonpath ${this.#template}: ${error.message}`, {
        reason: 'JsonPathError',
      })
    }
  }

  #results(data: unknown, from: number): unknown[][] {
    const all: unknown[][] = []
    for (let index = from; index < this.#nodes.length; index++) {
      const results = this.#walk([data], this.#nodes[index] as JsonPathNode)
      if (this.#rangesToEnd > 0 && this.#rangesToEnd <= this.#openRanges) {
        this.#rangesToEnd--
        this.#lastEnd = index
        break
      }
      if (this.#rangesToBegin === 0) {
        all.push(results)
        continue
      }
      this.#rangesToBegin--
      this.#openRanges++
      for (const value of results) all.push(...this.#results(value ?? undefined, index + 1))
      // an empty range is walked once for nothing, to find its end
      if (results.length === 0) this.#results(undefined, index + 1)
      this.#openRanges--
      if (this.#lastEnd > index) index = this.#lastEnd
    }
    return all
  }

  #walkAll(input: unknown[], nodes: readonly JsonPathNode[]): unknown[] {
    let values = input
    for (const node of nodes) values = this.#walk(values, node)
    return values
  }

  #walk(input: unknown[], node: JsonPathNode): unknown[] {
    switch (node.kind) {
      case 'action':
        return this.#walkAll(input, node.nodes)
      case 'text':
        return [node.text]
      case 'literal':
        return input.map(() => node.value)
      case 'field':
        return this.#field(input, node.name)
      case 'slice':
        return sliced(input, node.slice)
      case 'wildcard':
        return input.flatMap(children)
      case 'recursive':
        return input.flatMap(descendants)
      case 'union':
        return node.branches.flatMap(branch => this.#walkAll(input, branch))
      case 'filter':
        return input.flatMap(value => this.#filtered(value, node, input))
      case 'identifier':
        return this.#identifier(input, node.name)
    }
  }

  #identifier(input: unknown[], name: string): unknown[] {
    if (name === 'range') {
      this.#rangesToBegin++
      return input
    }
    if (name !== 'end') throw new SearchError(`unrecognized identifier ${name}`, input)
    if (this.#openRanges === 0) throw new SearchError('not in range, nothing to end', [])
    this.#rangesToEnd++
    return []
  }

  #field(input: unknown[], name: string): unknown[] {
    const found = input
      .filter(value => isMap(value) && Object.hasOwn(value, name))
      .map(value => (value as Fields)[name])
    if (found.length > 0 || input.length === 0 || this.#allowMissingKeys) return found
    throw new SearchError(`${name} is not found`, found)
  }

  #filtered(list: unknown, filter: JsonPathNode & { kind: 'filter' }, input: unknown[]): unknown[] {
    if (!Array.isArray(list))
      throw new SearchError(`${goPrint(plainValue(list))} is not array or slice and cannot be filtered`, input)
    return list.filter(element => {
      if (filter.operator === 'exists') return this.#found(element, filter.left).length > 0
      const left = single(this.#walkAll([element], filter.left), input)
      const right = left.length === 0 ? [] : single(this.#walkAll([element], filter.right), input)
      if (left.length === 0 || right.length === 0) return false
      const answer = isComparisonTrue(left[0], filter.operator, right[0])
      if (typeof answer === 'string') throw new SearchError(answer, input)
      return answer
    })
  }

  #found(element: unknown, nodes: readonly JsonPathNode[]): unknown[] {
    try {
      return this.#walkAll([element], nodes)
    } catch (error) {
      if (error instanceof SearchError) return error.found
      throw error
    }
  }
}

type Fields = Record<string, unknown>
const isMap = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof FloatLiteral)

function single(values: unknown[], input: unknown[]): unknown[] {
  if (values.length > 1) throw new SearchError('can only compare one element at a time', input)
  return values
}

function sliced(input: unknown[], slice: Slice): unknown[] {
  const found: unknown[] = []
  for (const list of input) {
    if (list === null || list === undefined) continue
    if (!Array.isArray(list)) throw new SearchError(`${goTypeName(list)} is not array or slice`, input)
    const { length } = list
    let start = slice.start ?? 0
    if (start < 0) start += length
    let end = slice.end ?? length
    if (end < 0 || (end === 0 && slice.isDerived)) end += length
    // client-go: nothing was asked for, and the lists after this one are not looked at
    if (start === end) return found
    if (start >= length || start < 0) throw outOfBounds(start, length, input)
    if (end > length || end < 0) throw outOfBounds(end - 1, length, input)
    if (start > end) throw new SearchError(`starting index ${start} is greater than ending index ${end}`, input)
    const step = slice.step ?? 1
    if (step <= 0) throw new SearchError('step must be > 0', input)
    for (let index = start; index < end; index += step) found.push(list[index])
  }
  return found
}

function outOfBounds(index: number, length: number, input: unknown[]): SearchError {
  return new SearchError(`array index out of bounds: index ${index}, length ${length}`, input)
}

/** Go ranges over a string's bytes. */
function children(value: unknown): unknown[] {
  if (typeof value === 'string') return [...new TextEncoder().encode(value)]
  if (Array.isArray(value)) return value
  return isMap(value) ? sortedEntries(value).map(([, each]) => each) : []
}

function descendants(value: unknown): unknown[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  const below = children(value)
  return below.length === 0 ? [] : [value, ...below.flatMap(descendants)]
}

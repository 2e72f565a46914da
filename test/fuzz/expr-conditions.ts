import type { Random } from './random.ts'

type Kind = 'bool' | 'number' | 'text' | 'list' | 'map'

const kinds: readonly Kind[] = ['bool', 'bool', 'number', 'number', 'text', 'list', 'map']
const leaves: Readonly<Record<Kind, readonly string[]>> = {
  bool: ['true', 'false', 'isNil(result)', 'isNaN(1.5)'],
  number: [
    ...['1', '0', '-2', '2.5', '1e3', '1e308', '9223372036854775807', '0x1F', '1_000', 'len([1])', 'asFloat(result)'],
    ...['asInt(result)', 'default(result, 1)', 'result', 'result[0]', 'result.a'],
  ],
  text: ['"a"', "'b c'", '""', '"é😀"', 'string(result)', 'type(result)', 'toJSON(result)', '"b\\u00e9"'],
  list: [
    '[]',
    '[1, 2, 3]',
    '1..5',
    '["a", "b", "a"]',
    '0..1000',
    '[nil, true, 1.5]',
    'result',
    '[[1, 2], [3]]',
    'result.a',
  ],
  map: ['{}', '{a: 1, b: "x"}', '{"a": {"b": [1]}}', '$env', 'result', 'fromJSON("{}")'],
}
const comparisons = ['==', '!=', '<', '>', '<=', '>=']
const arithmetic = ['+', '-', '*', '/', '**', '+', '-']
const pointers: Readonly<Record<Kind, readonly string[]>> = {
  bool: ['# == nil', '# == 1', '# in [1, 2]'],
  number: ['#index', 'asFloat(#)', '#', 'len(string(#))'],
  text: ['string(#)', 'type(#)'],
  list: ['[#]', '#'],
  map: ['{a: #}', '#'],
}
const patterns = ['"^a+$"', '"(a|b)*c"', '"["', '"(a*)*b"', "'\\\\d{1,3}'", '"."']
const odd = [
  'nil',
  '#',
  '.a',
  'x',
  '5 % 3',
  '2 ^ 3',
  '#acc',
  '`raw`',
  'now()',
  'duration("1h")',
  'date("2024-02-29")',
  'unknown(1)',
  '$env["result"]',
]

/** Draws conditions of which most fit their types, and some do not. */
export function randomCondition(random: Random): string {
  return new ConditionGenerator(random).of(random.chance(0.8) ? 'bool' : random.pick(kinds), 1 + random.below(5))
}

class ConditionGenerator {
  readonly #random: Random
  /** How many predicates we are inside of. */
  #inside = 0

  constructor(random: Random) {
    this.#random = random
  }

  of(kind: Kind, depth: number): string {
    const random = this.#random
    // Now and then something that does not belong there.
    if (random.chance(0.04)) return random.chance(0.5) ? random.pick(odd) : this.of(random.pick(kinds), depth - 1)
    if (depth <= 0) return random.pick(this.#inside > 0 && random.chance(0.4) ? pointers[kind] : leaves[kind])
    if (random.chance(0.06)) return this.#anywhere(kind, depth - 1)
    switch (kind) {
      case 'bool':
        return this.#bool(depth - 1)
      case 'number':
        return this.#number(depth - 1)
      case 'text':
        return this.#text(depth - 1)
      case 'list':
        return this.#list(depth - 1)
      case 'map':
        return this.#map(depth - 1)
    }
  }

  #anywhere(kind: Kind, depth: number): string {
    const inner = () => this.of(kind, depth)
    switch (this.#random.below(6)) {
      case 0:
        return `(${this.of('bool', depth)} ? ${inner()} : ${inner()})`
      case 1:
        return `(let x = ${inner()}; ${inner()})`
      case 2:
        return `(${this.of('list', depth)})[${this.of('number', depth)}]`
      case 3:
        return `(${this.of('map', depth)})?.${this.#random.pick(['a', 'b', 'x', '["a"]'])}`
      case 4:
        return `(${inner()} ?? ${inner()})`
      default:
        return `${this.#random.pick(['first', 'last', 'find', 'reduce'])}(${this.of('list', depth)}${this.#predicate('bool', depth)})`
    }
  }

  /** The second argument, with `#` in it. */
  #predicate(kind: Kind, depth: number): string {
    const random = this.#random
    this.#inside++
    const body = random.chance(0.3) ? random.pick(pointers[kind]) : this.of(kind, depth - 1)
    this.#inside--
    return `, ${random.chance(0.5) ? `{${body}}` : body}`
  }

  #bool(depth: number): string {
    const random = this.#random
    const kind = random.pick(kinds)
    switch (random.below(8)) {
      case 0:
        return `(${this.of('bool', depth)} ${random.pick(['and', 'or', '&&', '||', '==', '!='])} ${this.of('bool', depth)})`
      case 1:
        return `${random.pick(['!', 'not '])}(${this.of('bool', depth)})`
      case 2:
      case 3:
        return `${this.of('number', depth)} ${random.pick(comparisons)} ${this.of('number', depth)}`
      case 4:
        return `${random.pick(['all', 'any', 'none', 'one'])}(${this.of('list', depth)}${this.#predicate('bool', depth)})`
      case 5:
        return `(${this.of(kind, depth)} ${random.pick(['in', 'not in'])} ${this.of('list', depth)})`
      case 6: {
        const operator = random.pick(['contains', 'startsWith', 'endsWith', 'matches', '==', '<'])
        const right = operator === 'matches' && random.chance(0.7) ? random.pick(patterns) : this.of('text', depth)
        return `(${this.of('text', depth)} ${operator} ${right})`
      }
      default:
        return `(${this.of(kind, depth)} ${random.pick(['==', '!='])} ${this.of(kind, depth)})`
    }
  }

  #number(depth: number): string {
    const random = this.#random
    const list = () => this.of('list', depth)
    switch (random.below(7)) {
      case 0:
      case 1:
        return `(${this.of('number', depth)} ${random.pick(arithmetic)} ${this.of('number', depth)})`
      case 2:
        return `${random.pick(['abs', 'ceil', 'floor', 'round', 'int', 'float', '-', 'bitnot'])}(${this.of('number', depth)})`
      case 3:
        return `len(${this.of(random.pick(['text', 'list', 'map']), depth)})`
      case 4:
        return `${random.pick(['sum', 'mean', 'median', 'max', 'min'])}(${list()})`
      case 5:
        return `${random.pick(['count', 'findIndex', 'findLastIndex', 'sum'])}(${list()}${this.#predicate('bool', depth)})`
      default:
        return `${random.pick(['bitand', 'bitor', 'bitshl', 'bitushr', 'max', 'min'])}(${this.of('number', depth)}, ${this.of('number', depth)})`
    }
  }

  #text(depth: number): string {
    const random = this.#random
    const text = () => this.of('text', depth)
    switch (random.below(6)) {
      case 0:
        return `(${text()} + ${text()})`
      case 1:
        return `${random.pick(['upper', 'lower', 'trim', 'toBase64', 'fromBase64', 'string', 'toJSON', 'type'])}(${text()})`
      case 2:
        return `join(${this.of('list', depth)}, ${text()})`
      case 3:
        return `repeat(${text()}, ${random.pick(['0', '3', '1000', '-1', this.of('number', depth)])})`
      case 4:
        return `replace(${text()}, ${text()}, ${text()})`
      default:
        return `(${text()})[${this.of('number', 0)}:${random.chance(0.5) ? this.of('number', 0) : ''}]`
    }
  }

  #list(depth: number): string {
    const random = this.#random
    const list = () => this.of('list', depth)
    switch (random.below(8)) {
      case 0:
        return `[${Array.from({ length: random.below(4) }, () => this.of(random.pick(kinds), depth)).join(', ')}]`
      case 1:
        return `${random.pick(['filter', 'map', 'sortBy'])}(${list()}${this.#predicate('bool', depth)})`
      case 2:
        return `map(${list()}${this.#predicate(random.pick(kinds), depth)})`
      case 3:
        return `${random.pick(['sort', 'reverse', 'uniq', 'flatten', 'concat'])}(${list()})`
      case 4:
        return `${random.pick(['keys', 'values', 'toPairs'])}(${this.of('map', depth)})`
      case 5:
        return `split(${this.of('text', depth)}, ${this.of('text', 0)})`
      case 6:
        return `(${list()} | take(${this.of('number', 0)}))`
      default:
        return `(${this.of('number', 0)}..${this.of('number', 0)})`
    }
  }

  #map(depth: number): string {
    const random = this.#random
    if (random.chance(0.3)) return `groupBy(${this.of('list', depth)}${this.#predicate('text', depth)})`
    if (random.chance(0.2)) return `fromPairs(toPairs(${this.of('map', depth)}))`
    return `{a: ${this.of(random.pick(kinds), depth)}, "b": ${this.of(random.pick(kinds), depth)}}`
  }
}

/** What a provider may answer with. */
export function randomResult(random: Random, depth = 3): unknown {
  switch (random.below(depth > 0 ? 11 : 7)) {
    case 0:
      return null
    case 1:
      return random.chance(0.5)
    case 2:
    case 3:
      return random.pick([0, -0, 1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 5e-324, 2 ** 53])
    case 4:
      return random.pick(['', 'a', 'é😀', '5', '0x10', 'NaN', 'a'.repeat(100)])
    case 5:
      return BigInt(random.below(100)) * random.pick([1n, -1n, 2n ** 56n])
    case 6:
      return Float64Array.from({ length: random.below(4) }, () => random.next())
    case 7:
    case 8:
      return Array.from({ length: random.below(5) }, () => randomResult(random, depth - 1))
    default: {
      const keys = random.some(['a', 'b', 'x', '', '__proto__'])
      return Object.fromEntries(keys.map(key => [key, randomResult(random, depth - 1)]))
    }
  }
}

import type { Random } from './random.ts'

const metrics = [
  ...[
    'gauge',
    'http_total',
    'latency_bucket',
    'native',
    'native_gauge',
    'custom',
    'mixed',
    'constant',
    'absent_metric',
  ],
  ...['native', 'custom', 'http_total', 'gauge', 'native', 'custom', 'http_total', 'gauge', 'latency_bucket', 'mixed'],
]
const labels = ['pod', 'job', 'code', 'le', '__name__']
const overTime = [
  ...['rate', 'increase', 'delta', 'irate', 'idelta', 'resets', 'changes', 'avg_over_time', 'sum_over_time'],
  ...['count_over_time', 'min_over_time', 'max_over_time', 'last_over_time', 'first_over_time', 'present_over_time'],
  ...['absent_over_time', 'stddev_over_time', 'stdvar_over_time', 'deriv', 'rate', 'rate', 'increase'],
]
const ofVector = [
  ...['abs', 'ceil', 'floor', 'exp', 'sqrt', 'ln', 'log2', 'log10', 'sgn', 'absent', 'timestamp', 'sort', 'sort_desc'],
  ...['hour', 'minute', 'month', 'year', 'day_of_week', 'day_of_month', 'day_of_year', 'days_in_month', 'deg', 'rad'],
  ...['histogram_count', 'histogram_sum', 'histogram_avg', 'histogram_stddev', 'histogram_stdvar'],
  ...['histogram_count', 'histogram_sum', 'atan', 'sinh', 'tanh'],
]
const aggregations = ['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar']
const arithmetic = ['+', '-', '*', '/', '%', '^', 'atan2']
const comparison = ['==', '!=', '<', '>', '<=', '>=']

/** Draws well-typed queries over the series of promql-series.ts. */
export class QueryGenerator {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  query(): string {
    const kind = this.#random.below(20)
    if (kind === 0) return this.#scalar(3)
    return this.#vector(1 + this.#random.below(4))
  }

  #number(): string {
    const random = this.#random
    if (random.chance(0.1)) return random.pick(['NaN', 'Inf', '-Inf', '1e300', '0', '-1', '0.5', '2', '1e-3'])
    return random.chance(0.5) ? String(random.below(12)) : (random.next() * 4 - 1).toFixed(2)
  }

  #duration(): string {
    return this.#random.pick(['10s', '30s', '1m', '90s', '2m', '5m', '10m', '1m1s', '45500ms', '15'])
  }

  #modifiers(): string {
    const random = this.#random
    const offset = random.chance(0.1) ? ` offset ${random.pick(['15s', '1m', '-30s', '7s'])}` : ''
    const at = random.chance(0.06) ? ` @ ${random.pick(['start()', 'end()', '300', '123.456'])}` : ''
    return random.chance(0.5) ? offset + at : at + offset
  }

  #matchers(): string {
    const random = this.#random
    if (random.chance(0.85)) return ''
    const one = () => {
      const label = random.pick(['pod', 'code', 'job', 'le'])
      const operator = random.pick(['=', '!=', '=~', '!~'])
      const value = random.pick(
        operator.endsWith('~') ? ['a|b', '.*', '.+', '2..', '[ab]'] : ['a', 'b', '200', '', '+Inf'],
      )
      return `${label}${operator}"${value}"`
    }
    return `{${[one(), ...(random.chance(0.2) ? [one()] : [])].join(',')}}`
  }

  #selector(): string {
    return this.#random.pick(metrics) + this.#matchers()
  }

  #matrix(depth: number, extension = ''): string {
    const random = this.#random
    if (depth > 0 && random.chance(0.15)) {
      const step = random.pick(['', '10s', '15s', '1m', '7s'])
      const inner = this.#vector(depth - 1)
      return `(${inner})[${this.#duration()}:${step}]${this.#modifiers()}`
    }
    return `${this.#selector()}[${this.#duration()}]${extension}${this.#modifiers()}`
  }

  #scalar(depth: number): string {
    const random = this.#random
    if (depth <= 0 || random.chance(0.6)) return random.chance(0.9) ? this.#number() : random.pick(['time()', 'pi()'])
    switch (random.below(4)) {
      case 0:
        return `scalar(${this.#vector(depth - 1)})`
      case 1:
        return `-(${this.#scalar(depth - 1)})`
      case 2:
        return `(${this.#scalar(depth - 1)}) ${random.pick(arithmetic)} (${this.#scalar(depth - 1)})`
      default:
        return `(${this.#scalar(depth - 1)}) ${random.pick(comparison)} bool (${this.#scalar(depth - 1)})`
    }
  }

  #grouping(): string {
    const random = this.#random
    if (random.chance(0.4)) return ''
    return ` ${random.pick(['by', 'without'])} (${random.some(labels, 0.35).join(', ')})`
  }

  #vector(depth: number): string {
    const random = this.#random
    if (depth <= 0) {
      if (random.chance(0.05)) return `vector(${this.#number()})`
      const smoothed = random.chance(0.05) ? ' smoothed' : ''
      return `${this.#selector()}${smoothed}${this.#modifiers()}`
    }
    switch (random.below(13)) {
      case 0:
      case 1:
      case 2:
        return this.#rangeCall(depth)
      case 3:
      case 4:
        return `${random.pick(aggregations)}${this.#grouping()} (${this.#vector(depth - 1)})`
      case 5:
        return this.#parameterised(depth)
      case 6:
      case 7:
        return this.#binary(depth)
      case 8:
        return this.#withScalar(depth)
      case 9:
        return `${random.pick(ofVector)}(${this.#vector(depth - 1)})`
      case 10:
        return this.#histogram(depth)
      case 11:
        return this.#other(depth)
      default:
        return random.chance(0.3) ? `-(${this.#vector(depth - 1)})` : this.#vector(depth - 1)
    }
  }

  #rangeCall(depth: number): string {
    const random = this.#random
    if (random.chance(0.06)) return `quantile_over_time(${this.#scalar(1)}, ${this.#matrix(depth - 1)})`
    if (random.chance(0.05)) return `predict_linear(${this.#matrix(depth - 1)}, ${this.#scalar(1)})`
    if (random.chance(0.1)) {
      const extension = random.pick(['anchored', 'smoothed'])
      const names = ['rate', 'increase', 'delta', ...(extension === 'anchored' ? ['resets', 'changes'] : [])]
      return `${random.pick(names)}(${this.#matrix(0, ` ${extension}`)})`
    }
    return `${random.pick(overTime)}(${this.#matrix(depth - 1)})`
  }

  #parameterised(depth: number): string {
    const random = this.#random
    const operator = random.pick(['topk', 'bottomk', 'quantile', 'count_values'])
    let parameter = operator === 'count_values' ? '"value"' : this.#scalar(1)
    // In a range query 3.16 reads a parameter with @ from memory that it has given to others.
    while (parameter.includes('@')) parameter = this.#scalar(1)
    return `${operator}${this.#grouping()} (${parameter}, ${this.#vector(depth - 1)})`
  }

  #matching(canGroup: boolean): string {
    const random = this.#random
    if (random.chance(0.4)) return ''
    const list = random.some(['pod', 'job', 'code', 'le'], 0.4)
    const on = `${random.pick(['on', 'ignoring'])} (${list.join(', ')})`
    if (!canGroup || random.chance(0.5)) return ` ${on}`
    const extra = on.startsWith('on')
      ? ['job', 'code', 'le', 'pod'].filter(name => !list.includes(name))
      : ['job', 'code']
    return ` ${on} ${random.pick(['group_left', 'group_right'])} (${random.some(extra, 0.4).join(', ')})`
  }

  #binary(depth: number): string {
    const random = this.#random
    const [left, right] = [this.#vector(depth - 1), this.#vector(depth - 1)]
    const kind = random.below(4)
    if (kind === 0) return `(${left}) ${random.pick(['and', 'or', 'unless'])}${this.#matching(false)} (${right})`
    const isComparison = kind === 1
    const operator = random.pick(isComparison ? [...comparison, '</', '>/'] : ['+', '-', '+', '-', ...arithmetic])
    const bool = isComparison && !operator.includes('/') && random.chance(0.4) ? ' bool' : ''
    return `(${left}) ${operator}${bool}${this.#matching(true)} (${right})`
  }

  #withScalar(depth: number): string {
    const random = this.#random
    const isComparison = random.chance(0.4)
    const operator = random.pick(isComparison ? [...comparison, '</', '>/'] : ['*', '/', ...arithmetic])
    const bool = isComparison && !operator.includes('/') && random.chance(0.4) ? ' bool' : ''
    const sides = [`(${this.#vector(depth - 1)})`, `(${this.#scalar(1)})`]
    if (random.chance(0.3)) sides.reverse()
    return `${sides[0]} ${operator}${bool} ${sides[1]}`
  }

  #histogram(depth: number): string {
    const random = this.#random
    if (random.chance(0.6)) return `histogram_quantile(${this.#scalar(1)}, ${this.#vector(depth - 1)})`
    return `histogram_fraction(${this.#scalar(1)}, ${this.#scalar(1)}, ${this.#vector(depth - 1)})`
  }

  #other(depth: number): string {
    const random = this.#random
    const inner = this.#vector(depth - 1)
    switch (random.below(5)) {
      case 0:
        return `clamp(${inner}, ${this.#scalar(1)}, ${this.#scalar(1)})`
      case 1:
        return `${random.pick(['clamp_min', 'clamp_max', 'round'])}(${inner}, ${this.#scalar(1)})`
      case 2:
        return `label_replace(${inner}, "${random.pick(['pod', 'x', '__name__'])}", "${random.pick(['$1', 'y$1', ''])}", "pod", "${random.pick(['(.*)', 'a', '([ab])'])}")`
      case 3:
        return `label_join(${inner}, "x", "-", "pod", "job")`
      default:
        return `vector(${this.#scalar(2)})`
    }
  }
}

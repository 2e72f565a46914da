import type { Random } from './random.ts'

export interface SeriesText {
  labels: Record<string, string>
  values: string
}

export interface SeriesSet {
  series: SeriesText[]
  intervalMs: number
}

const samplesPerSeries = 60

function number(random: Random): string {
  const kind = random.below(12)
  if (kind === 0) return random.pick(['NaN', 'Inf', '-Inf', '1e300', '-1e300', '5e-324', '1e-9', '-0'])
  if (kind < 7) return String(random.below(20))
  return (random.next() * 100 - 20).toFixed(random.below(5))
}

function gap(random: Random): string {
  return random.pick(['_', '_', '_x2', '_x5', '_x25', 'stale', 'stale _x3'])
}

function gauge(random: Random): string {
  const words: string[] = []
  while (words.length < samplesPerSeries) {
    if (random.chance(0.06)) words.push(gap(random))
    else if (random.chance(0.2))
      words.push(`${random.below(50)}${random.pick(['+', '-'])}${random.below(30) / 4}x${random.below(12)}`)
    else words.push(number(random))
    if (words.join(' ').length > 400) break
  }
  return words.join(' ')
}

function counter(random: Random): string {
  let value = random.below(1000)
  const words: string[] = []
  for (let index = 0; index < samplesPerSeries; index++) {
    if (random.chance(0.05)) words.push(gap(random))
    if (random.chance(0.05)) value = random.below(10)
    value += random.chance(0.2) ? 0 : random.below(40) / (random.chance(0.3) ? 8 : 1)
    words.push(String(value))
  }
  return words.join(' ')
}

export interface HistogramStyle {
  kind: 'exponential' | 'custom'
  isGauge: boolean
  /** Odd histograms: other schemas, zero buckets, bounds, hints and NaN from one sample to the next. */
  isWild: boolean
}

const counts = (random: Random, most: number) => Array.from({ length: random.below(6) }, () => random.below(most))
const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0)

function histogram(random: Random, { kind, isGauge, isWild }: HistogramStyle, growth: number): string {
  const hint = isGauge
    ? 'gauge'
    : isWild && random.chance(0.15)
      ? random.pick(['reset', 'not_reset', 'unknown', 'gauge'])
      : undefined
  const common = hint === undefined ? '' : ` counter_reset_hint:${hint}`
  const total =
    isWild && random.chance(0.08) ? random.pick(['NaN', 'Inf', '-5']) : (random.next() * 100 * growth).toFixed(2)
  if (kind === 'custom') {
    const bounds = isWild && random.chance(0.3) ? random.pick(['1 5 20', '1 5 10 20', '-5 1 5', '2 4', '5']) : '1 5 10'
    const buckets = Array.from({ length: 1 + bounds.split(' ').length }, () => random.below(5 * growth))
    const offset = isWild && random.chance(0.2) ? 1 : 0
    const shown = buckets.slice(offset)
    return `{{schema:-53 sum:${total} count:${sum(shown)} custom_values:[${bounds}] offset:${offset} buckets:[${shown.join(' ')}]${common}}}`
  }
  const schema = isWild && random.chance(0.3) ? random.below(6) - 2 : 0
  const positive = counts(random, 5 * growth)
  const negative = random.chance(isWild ? 0.5 : 0.1) ? counts(random, 4 * growth) : []
  const zero = random.chance(0.6) ? random.below(4 * growth) : 0
  const width = isWild ? random.pick(['0', '0.001', '0.5', '1', '2', '3']) : '0.001'
  const extra = isWild && random.chance(0.1) ? 3 : 0
  const parts = [
    `schema:${schema} sum:${total} count:${sum(positive) + sum(negative) + zero + extra}`,
    `z_bucket:${zero} z_bucket_w:${width}`,
    ...(positive.length > 0
      ? [`buckets:[${positive.join(' ')}] offset:${random.below(isWild ? 7 : 2) - (isWild ? 3 : 0)}`]
      : []),
    ...(negative.length > 0 ? [`n_buckets:[${negative.join(' ')}] n_offset:${random.below(3)}`] : []),
  ]
  return `{{${parts.join(' ')}${common}}}`
}

function histograms(random: Random, style: HistogramStyle): string {
  const words: string[] = []
  for (let index = 0; index < samplesPerSeries; index++) {
    if (random.chance(0.05)) words.push(gap(random))
    if (random.chance(0.4)) {
      const plain = { ...style, isWild: false }
      const times = random.below(8)
      words.push(`${histogram(random, plain, 2)}+${histogram(random, plain, 1)}x${times}`)
      index += times
    } else words.push(histogram(random, style, 1 + (style.isGauge ? random.below(5) : Math.floor(index / 4))))
  }
  return words.join(' ')
}

function mixed(random: Random): string {
  const words: string[] = []
  const style: HistogramStyle = { kind: random.chance(0.8) ? 'exponential' : 'custom', isGauge: false, isWild: true }
  while (words.length < samplesPerSeries) {
    const isFloat = random.chance(0.5)
    for (let times = 1 + random.below(8); times > 0; times--)
      words.push(isFloat ? String(random.below(50)) : histogram(random, style, 2))
    if (random.chance(0.1)) words.push(gap(random))
  }
  return words.join(' ')
}

const pods = ['a', 'b', 'c']

/** Floats, counters with resets, classic and native histograms, gaps and staleness markers, under names that queries know. */
export function randomSeries(random: Random): SeriesSet {
  const series: SeriesText[] = []
  const add = (labels: Record<string, string>, values: string) => series.push({ labels, values })
  for (const pod of pods) {
    add({ __name__: 'gauge', pod, job: 'web' }, gauge(random))
    add({ __name__: 'http_total', pod, job: 'web', code: '200' }, counter(random))
    if (random.chance(0.7)) add({ __name__: 'http_total', pod, job: 'web', code: '500' }, counter(random))
    for (const le of ['0.1', '1', '5', '+Inf']) {
      if (random.chance(0.04)) continue
      const name = random.chance(0.03) ? random.pick(['x', '', 'NaN', '1e2']) : le
      if (
        !series.some(
          each => each.labels.__name__ === 'latency_bucket' && each.labels.pod === pod && each.labels.le === name,
        )
      )
        add({ __name__: 'latency_bucket', pod, ...(name ? { le: name } : {}) }, counter(random))
    }
    const isWild = random.chance(0.5)
    add({ __name__: 'native', pod, job: 'web' }, histograms(random, { kind: 'exponential', isGauge: false, isWild }))
    add({ __name__: 'native_gauge', pod }, histograms(random, { kind: 'exponential', isGauge: true, isWild }))
    add({ __name__: 'custom', pod, job: 'web' }, histograms(random, { kind: 'custom', isGauge: false, isWild }))
    if (random.chance(0.5)) add({ __name__: 'mixed', pod }, mixed(random))
    if (random.chance(0.2))
      add({ __name__: 'latency_bucket', pod }, histograms(random, { kind: 'exponential', isGauge: false, isWild }))
  }
  add({ __name__: 'constant' }, '7x80')
  const unique = new Map(series.map(each => [JSON.stringify(each.labels), each]))
  return { series: [...unique.values()], intervalMs: random.pick([10_000, 15_000, 30_000]) }
}

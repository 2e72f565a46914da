import { CompensatedSum } from '../evaluate/compensated.ts'
import { exponentialBound, indexIn } from './bucket.ts'
import { type Buckets, customSchema } from './float-histogram.ts'

/** Buckets with the rounding error of each count kept apart. */
export interface CompensatedBuckets extends Buckets {
  errors: readonly number[]
}

/** Sums with their compensations while buckets are put together. */
class Building {
  readonly indexes: number[] = []
  readonly counts: number[] = []
  readonly errors: number[] = []

  push(index: number, count: number, error: number): void {
    this.indexes.push(index)
    this.counts.push(count)
    this.errors.push(error)
  }

  /** Adds numbers one after the other to the last bucket. */
  addToLast(...values: readonly number[]): void {
    const at = this.counts.length - 1
    const sum = new CompensatedSum(this.counts[at] ?? 0, this.errors[at] ?? 0)
    for (const value of values) sum.add(value)
    this.counts[at] = sum.sum
    this.errors[at] = sum.compensation
  }
}

export function withoutErrors(buckets: Buckets): CompensatedBuckets {
  return { ...buckets, errors: buckets.counts.map(() => 0) }
}

/** Merged to a schema of lower resolution (kahanReduceResolution). */
export function reducedCompensated(buckets: CompensatedBuckets, from: number, to: number): CompensatedBuckets {
  const built = new Building()
  for (const [at, index] of buckets.indexes.entries()) {
    const target = indexIn(index, from, to)
    const count = buckets.counts[at] ?? 0
    const error = buckets.errors[at] ?? 0
    if (built.indexes[built.indexes.length - 1] === target) built.addToLast(count, error)
    else built.push(target, count, error)
  }
  return built
}

/** Where the buckets of `b` begin that are not swallowed by the zero bucket. */
function firstBeyond(b: Buckets, schema: number, threshold: number): number {
  if (schema === customSchema) return 0
  const first = b.indexes.findIndex(index => exponentialBound(index, schema) > threshold)
  return first < 0 ? b.indexes.length : first
}

/** a + b, or a - b, bucket by bucket; those of `b` up to the zero threshold are left out (addBuckets). */
export function addedBuckets(schema: number, threshold: number, a: Buckets, b: Buckets, negate: boolean): Buckets {
  const indexes: number[] = []
  const counts: number[] = []
  let at = 0
  const takeUntil = (index: number) => {
    for (; at < a.indexes.length && (a.indexes[at] ?? 0) < index; at++) {
      indexes.push(a.indexes[at] ?? 0)
      counts.push(a.counts[at] ?? 0)
    }
  }
  for (let other = firstBeyond(b, schema, threshold); other < b.indexes.length; other++) {
    const index = b.indexes[other] ?? 0
    const count = (b.counts[other] ?? 0) * (negate ? -1 : 1)
    takeUntil(index)
    indexes.push(index)
    counts.push(a.indexes[at] === index ? (a.counts[at++] ?? 0) + count : count)
  }
  takeUntil(Number.POSITIVE_INFINITY)
  return { indexes, counts }
}

/** The same sum with compensation (kahanAddBuckets). */
export function addedCompensated(
  schema: number,
  threshold: number,
  a: CompensatedBuckets,
  b: CompensatedBuckets,
): CompensatedBuckets {
  const built = new Building()
  let at = 0
  const takeUntil = (index: number) => {
    for (; at < a.indexes.length && (a.indexes[at] ?? 0) < index; at++)
      built.push(a.indexes[at] ?? 0, a.counts[at] ?? 0, a.errors[at] ?? 0)
  }
  for (let other = firstBeyond(b, schema, threshold); other < b.indexes.length; other++) {
    const index = b.indexes[other] ?? 0
    const count = b.counts[other] ?? 0
    const error = b.errors[other] ?? 0
    takeUntil(index)
    if (a.indexes[at] !== index) {
      built.push(index, count, error)
      continue
    }
    built.push(index, a.counts[at] ?? 0, a.errors[at] ?? 0)
    at++
    built.addToLast(count, ...(error === 0 ? [] : [error]))
  }
  takeUntil(Number.POSITIVE_INFINITY)
  return built
}

/** Bounds that two sets of custom buckets share. */
export function sharedBounds(a: readonly number[], b: readonly number[]): number[] {
  const others = new Set(b)
  return a.filter(bound => others.has(bound))
}

/** Custom buckets with other bounds, mapped to those that both have (addCustomBucketsWithMismatches). */
export function addedWithSharedBounds(
  a: CompensatedBuckets,
  boundsA: readonly number[],
  b: Buckets,
  boundsB: readonly number[],
  bounds: readonly number[],
  negate: boolean,
): CompensatedBuckets {
  const sums = Array.from({ length: bounds.length + 1 }, () => new CompensatedSum(0))
  const targetOf = (index: number, own: readonly number[]): CompensatedSum | undefined => {
    const bound = own[index]
    const at = bound === undefined ? -1 : bounds.findIndex(shared => shared >= bound)
    return sums[at < 0 ? bounds.length : at]
  }
  for (const [at, index] of a.indexes.entries()) {
    const sum = targetOf(index, boundsA)
    sum?.add(a.counts[at] ?? 0)
    sum?.add(a.errors[at] ?? 0)
  }
  for (const [at, index] of b.indexes.entries()) targetOf(index, boundsB)?.add((b.counts[at] ?? 0) * (negate ? -1 : 1))
  const built = new Building()
  for (const [index, { sum, compensation }] of sums.entries())
    if (sum !== 0 || compensation !== 0) built.push(index, sum, compensation)
  return built
}

import { CompensatedSum } from '../evaluate/compensated.ts'
import { inSchema } from './bucket.ts'
import {
  addedBuckets,
  addedCompensated,
  addedWithSharedBounds,
  type CompensatedBuckets,
  reducedCompensated,
  sharedBounds,
  withoutErrors,
} from './compensated-buckets.ts'
import {
  type Buckets,
  type CounterResetHint,
  copied,
  type FloatHistogram,
  hasCustomBuckets,
  sameBounds,
} from './float-histogram.ts'
import { addedInSameLayout, haveSameLayout } from './same-layout.ts'
import { type Errors, noErrors, reconciledZeroBuckets } from './zero-bucket.ts'

export interface Combination {
  histogram: FloatHistogram
  /** One says that it comes after a reset, the other that it does not. */
  hintsCollide: boolean
  /** Custom buckets had other bounds and were reduced to the shared ones. */
  boundsReconciled: boolean
}

export interface CompensatedCombination extends Combination {
  errors: Errors
}

/** The hint of a sum, and whether the two contradict each other (adjustCounterReset). */
function combinedHint(a: CounterResetHint, b: CounterResetHint): { hint: CounterResetHint; collide: boolean } {
  if (a === b) return { hint: a, collide: false }
  if (a === 'gauge' || b === 'gauge') return { hint: 'gauge', collide: false }
  return { hint: 'unknown', collide: a !== 'unknown' && b !== 'unknown' }
}

const plain = ({ indexes, counts }: Buckets): Buckets => ({ indexes, counts })

/**
 * a + b, or a - b with `negate`: zero buckets and schemas are brought to what both can have.
 *
 * @returns undefined when one has exponential buckets and the other custom ones
 */
export function added(a: FloatHistogram, b: FloatHistogram, negate = false): Combination | undefined {
  if (hasCustomBuckets(a) !== hasCustomBuckets(b)) return undefined
  const { hint, collide: hintsCollide } = combinedHint(a.hint, b.hint)
  const sign = negate ? -1 : 1
  const totals = { hint, count: a.count + sign * b.count, sum: a.sum + sign * b.sum }
  if (hasCustomBuckets(a)) {
    const boundsReconciled = !sameBounds(a.customValues, b.customValues)
    if (!boundsReconciled) {
      const positive = addedBuckets(a.schema, 0, a.positive, b.positive, negate)
      return { histogram: { ...copied(a), ...totals, positive }, hintsCollide, boundsReconciled }
    }
    const bounds = sharedBounds(a.customValues, b.customValues)
    const [own, other] = [withoutErrors(a.positive), b.positive]
    const positive = plain(addedWithSharedBounds(own, a.customValues, other, b.customValues, bounds, negate))
    return { histogram: { ...copied(a), ...totals, positive, customValues: bounds }, hintsCollide, boundsReconciled }
  }
  const { histogram, otherZero } = reconciledZeroBuckets(a, b)
  const schema = Math.min(histogram.schema, b.schema)
  const [left, right] = [inSchema(histogram, schema), inSchema(b, schema)]
  const threshold = left.zeroThreshold
  return {
    histogram: {
      ...left,
      ...totals,
      zeroCount: left.zeroCount + sign * otherZero.count,
      positive: addedBuckets(schema, threshold, left.positive, right.positive, negate),
      negative: addedBuckets(schema, threshold, left.negative, right.negative, negate),
    },
    hintsCollide,
    boundsReconciled: false,
  }
}

const withErrors = (buckets: Buckets, errors: readonly number[]): CompensatedBuckets => ({ ...buckets, errors })

function increased(sum: number, error: number, ...values: readonly number[]): CompensatedSum {
  const total = new CompensatedSum(sum, error)
  for (const value of values) total.add(value)
  return total
}

/**
 * a + b where the rounding errors of the sum so far are kept apart (KahanAdd).
 *
 * @returns undefined when one has exponential buckets and the other custom ones
 */
export function addedWithErrors(
  a: FloatHistogram,
  b: FloatHistogram,
  errors: Errors = noErrors(a),
): CompensatedCombination | undefined {
  if (hasCustomBuckets(a) !== hasCustomBuckets(b)) return undefined
  const { hint, collide: hintsCollide } = combinedHint(a.hint, b.hint)
  if (haveSameLayout(a, b)) {
    const sum = addedInSameLayout(a, b, errors)
    return { ...sum, histogram: { ...sum.histogram, hint }, hintsCollide, boundsReconciled: false }
  }
  const count = increased(a.count, errors.count, b.count)
  const sum = increased(a.sum, errors.sum, b.sum)
  const totals = { hint, count: count.sum, sum: sum.sum }
  const totalErrors = { count: count.compensation, sum: sum.compensation }
  if (hasCustomBuckets(a)) {
    const own = withErrors(a.positive, errors.positive)
    const boundsReconciled = !sameBounds(a.customValues, b.customValues)
    const customValues = boundsReconciled ? sharedBounds(a.customValues, b.customValues) : a.customValues
    const buckets = boundsReconciled
      ? addedWithSharedBounds(own, a.customValues, b.positive, b.customValues, customValues, false)
      : addedCompensated(a.schema, 0, own, withoutErrors(b.positive))
    return {
      histogram: { ...copied(a), ...totals, positive: plain(buckets), customValues },
      errors: { ...errors, ...totalErrors, positive: buckets.errors },
      hintsCollide,
      boundsReconciled,
    }
  }
  const { histogram, otherZero, errors: reconciled = errors } = reconciledZeroBuckets(a, b, errors)
  const zero = increased(histogram.zeroCount, reconciled.zeroCount, otherZero.count, otherZero.error)
  const schema = Math.min(histogram.schema, b.schema)
  const side = (name: 'positive' | 'negative'): CompensatedBuckets => {
    const own = withErrors(histogram[name], reconciled[name])
    const other = withoutErrors(b[name])
    return addedCompensated(
      schema,
      histogram.zeroThreshold,
      histogram.schema === schema ? own : reducedCompensated(own, histogram.schema, schema),
      b.schema === schema ? other : reducedCompensated(other, b.schema, schema),
    )
  }
  const [positive, negative] = [side('positive'), side('negative')]
  return {
    histogram: {
      ...histogram,
      ...totals,
      schema,
      zeroCount: zero.sum,
      positive: plain(positive),
      negative: plain(negative),
    },
    errors: { ...totalErrors, zeroCount: zero.compensation, positive: positive.errors, negative: negative.errors },
    hintsCollide,
    boundsReconciled: false,
  }
}

/** The errors as a histogram of the same layout, to be added to the sum at the end. */
export function errorHistogram(histogram: FloatHistogram, errors: Errors): FloatHistogram {
  return {
    ...histogram,
    count: errors.count,
    sum: errors.sum,
    zeroCount: errors.zeroCount,
    positive: { indexes: histogram.positive.indexes, counts: errors.positive },
    negative: { indexes: histogram.negative.indexes, counts: errors.negative },
  }
}

/** Errors multiplied or divided together with their sum. */
export function scaledErrors(errors: Errors, change: (error: number) => number): Errors {
  return {
    count: change(errors.count),
    sum: change(errors.sum),
    zeroCount: change(errors.zeroCount),
    positive: errors.positive.map(change),
    negative: errors.negative.map(change),
  }
}

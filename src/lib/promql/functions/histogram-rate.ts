import {
  type Notes,
  noteBoundsReconciled,
  warnMixedBuckets,
  warnNotCounter,
  warnNotGauge,
} from '../evaluate/annotations.ts'
import { inSchema } from '../histogram/bucket.ts'
import { added } from '../histogram/combine.ts'
import { detectsReset } from '../histogram/detect-reset.ts'
import { compacted, type FloatHistogram, floatHistogram, hasCustomBuckets } from '../histogram/float-histogram.ts'

/** a + b or a - b with what there is to say; undefined when they do not fit each other. */
export function combined(
  a: FloatHistogram,
  b: FloatHistogram,
  negate: boolean,
  notes: Notes,
): FloatHistogram | undefined {
  const result = added(a, b, negate)
  if (!result) {
    warnMixedBuckets(notes)
    return undefined
  }
  if (result.boundsReconciled) noteBoundsReconciled(notes, negate ? 'subtraction' : 'addition')
  return result.histogram
}

/**
 * By how much at least two histograms grew, counter resets corrected (functions.go histogramRate).
 *
 * @returns undefined when exponential and custom buckets are mixed
 */
export function histogramGrowth(
  histograms: readonly FloatHistogram[],
  isCounter: boolean,
  notes: Notes,
): FloatHistogram | undefined {
  const [first, second] = histograms
  const last = histograms[histograms.length - 1]
  if (!first || !second || !last) return undefined
  const between = histograms.slice(1, -1)
  if (isCounter && (first.hint === 'gauge' || last.hint === 'gauge')) warnNotCounter(notes)
  // Before a reset the first sample does not matter, nor its layout.
  const isSkipped = isCounter && detectsReset(second, first)
  const start = isSkipped ? floatHistogram({ schema: second.schema, customValues: second.customValues }) : first
  const isCustom = hasCustomBuckets(start)
  const mixed = () => {
    warnMixedBuckets(notes)
    return undefined
  }
  if (hasCustomBuckets(last) !== isCustom) return mixed()
  let schema = Math.min(last.schema, start.schema)
  if (isCounter)
    for (const each of between) {
      if (each.hint === 'gauge') warnNotCounter(notes)
      schema = Math.min(schema, each.schema)
      if (hasCustomBuckets(each) !== isCustom) return mixed()
    }
  let growth = combined(inSchema(last, schema), start, true, notes)
  if (isCounter) {
    let previous = start
    for (const each of histograms.slice(1)) {
      if (growth && detectsReset(each, previous)) growth = combined(growth, previous, false, notes)
      previous = each
    }
  } else if (first.hint !== 'gauge' || last.hint !== 'gauge') warnNotGauge(notes)
  return growth && compacted({ ...growth, hint: 'gauge' })
}

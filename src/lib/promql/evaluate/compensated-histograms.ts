import { added, addedWithErrors, type Combination, errorHistogram, scaledErrors } from '../histogram/combine.ts'
import { copied, divided, type FloatHistogram, hasOverflow, multiplied } from '../histogram/float-histogram.ts'
import type { Errors } from '../histogram/zero-bucket.ts'

export interface HistogramSum {
  /** undefined: exponential and custom buckets are mixed, and the sum ends at `failedAt`. */
  histogram: FloatHistogram | undefined
  failedAt?: number
  hintsCollide: boolean
  boundsReconciled: boolean
}

class HintWatch {
  #reset = false
  #notReset = false

  see({ hint }: FloatHistogram): void {
    if (hint === 'reset') this.#reset = true
    if (hint === 'not_reset') this.#notReset = true
  }

  get collide(): boolean {
    return this.#reset && this.#notReset
  }
}

const withErrors = (histogram: FloatHistogram, errors: Errors | undefined): Combination => {
  const nothing: Combination = { histogram, hintsCollide: false, boundsReconciled: false }
  return errors ? (added(histogram, errorHistogram(histogram, errors)) ?? nothing) : nothing
}

/** The compensated sum of at least one histogram (KahanAdd in sum and sum_over_time). */
export function histogramSum(histograms: readonly FloatHistogram[]): HistogramSum {
  const hints = new HintWatch()
  let boundsReconciled = false
  let sum: FloatHistogram | undefined
  let errors: Errors | undefined
  for (const [index, histogram] of histograms.entries()) {
    hints.see(histogram)
    if (!sum) {
      sum = copied(histogram)
      continue
    }
    const combined = addedWithErrors(sum, histogram, errors)
    if (!combined) return { histogram: undefined, failedAt: index, hintsCollide: hints.collide, boundsReconciled }
    boundsReconciled ||= combined.boundsReconciled
    sum = combined.histogram
    errors = combined.errors
  }
  return { histogram: sum && withErrors(sum, errors).histogram, hintsCollide: hints.collide, boundsReconciled }
}

/** The mean of at least one histogram; turns to an incremental mean where the sum would overflow. */
export function histogramMean(histograms: readonly FloatHistogram[]): HistogramSum {
  const hints = new HintWatch()
  let boundsReconciled = false
  const [first] = histograms
  let sum = first && copied(first)
  let errors: Errors | undefined
  let mean: FloatHistogram | undefined
  if (!sum) return { histogram: undefined, hintsCollide: false, boundsReconciled }
  hints.see(sum)
  for (let index = 1; index < histograms.length; index++) {
    const histogram = histograms[index]
    if (!histogram) break
    hints.see(histogram)
    const count = index + 1
    const failure: HistogramSum = {
      histogram: undefined,
      failedAt: index,
      hintsCollide: hints.collide,
      boundsReconciled,
    }
    if (!mean) {
      const combined = addedWithErrors(sum, histogram, errors)
      if (!combined) return failure
      boundsReconciled ||= combined.boundsReconciled
      if (!hasOverflow(combined.histogram)) {
        sum = combined.histogram
        errors = combined.errors
        continue
      }
      mean = divided(sum, count - 1)
      errors = errors && scaledErrors(errors, error => error / (count - 1))
    }
    const share = (count - 1) / count
    errors = errors && scaledErrors(errors, error => error * share)
    const combined = addedWithErrors(multiplied(mean, share), divided(histogram, count), errors)
    if (!combined) return failure
    boundsReconciled ||= combined.boundsReconciled
    mean = combined.histogram
    errors = combined.errors
  }
  const count = histograms.length
  const whole = mean ?? divided(sum, count)
  const rest = mean ? errors : errors && scaledErrors(errors, error => error / count)
  return { histogram: withErrors(whole, rest).histogram, hintsCollide: hints.collide, boundsReconciled }
}

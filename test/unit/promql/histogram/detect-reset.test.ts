import { describe, expect, it } from 'vitest'
import { detectsReset } from '../../../../src/lib/promql/histogram/detect-reset.ts'
import { readHistogram } from '../../../../src/lib/promql/histogram/notation.ts'

function histogram(text: string) {
  const read = readHistogram(text)
  if ('problem' in read) throw new Error(read.problem)
  return read
}

describe('a reset of a histogram', () => {
  it.each([
    ['nothing changed', 'count:4 buckets:[1 3]', 'count:4 buckets:[1 3]', false],
    ['grown', 'count:4 buckets:[1 3]', 'count:6 buckets:[2 4]', false],
    ['fewer observations', 'count:4 buckets:[1 3]', 'count:3 buckets:[1 2]', true],
    ['one bucket fell', 'count:4 buckets:[1 3]', 'count:5 buckets:[3 2]', true],
    ['a populated bucket is gone', 'count:4 buckets:[1 3]', 'count:5 buckets:[5]', true],
    ['an empty bucket is gone', 'count:4 buckets:[4 0]', 'count:5 buckets:[5]', false],
    ['says so itself', 'count:4 buckets:[4]', 'count:5 buckets:[5] counter_reset_hint:reset', true],
    ['denies it', 'count:4 buckets:[4]', 'count:1 buckets:[1] counter_reset_hint:not_reset', false],
    ['finer', 'schema:0 count:4 buckets:[4]', 'schema:1 count:5 buckets:[5]', true],
    ['coarser', 'schema:1 count:4 buckets:[2 2] offset:1', 'schema:0 count:5 buckets:[5] offset:1', false],
    ['smaller zero bucket', 'z_bucket:1 z_bucket_w:1', 'z_bucket:2 count:2 z_bucket_w:0.5', true],
    ['larger zero bucket', 'z_bucket:1 z_bucket_w:0.5 count:2 buckets:[1]', 'z_bucket:3 count:3 z_bucket_w:1', false],
    ['zero bucket into a bucket', 'z_bucket_w:0.5 count:1 buckets:[1]', 'z_bucket:3 count:3 z_bucket_w:0.7', true],
    [
      'custom buckets with shared bounds',
      'schema:-53 custom_values:[1 2 5] count:3 buckets:[1 1 1]',
      'schema:-53 custom_values:[2 5] count:3 buckets:[2 1]',
      false,
    ],
    [
      'custom buckets that fell between shared bounds',
      'schema:-53 custom_values:[1 2 5] count:3 buckets:[1 1 1]',
      'schema:-53 custom_values:[2 5] count:4 buckets:[1 3]',
      true,
    ],
  ])('%s', (_what, before, after, expected) => {
    expect(detectsReset(histogram(after), histogram(before))).toBe(expected)
  })
})

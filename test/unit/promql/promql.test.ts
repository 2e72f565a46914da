import { describe, expect, it } from 'vitest'
import { Labels } from '../../../src/lib/promql/labels/labels.ts'
import { evaluateInstant, evaluateRange, parsePromql } from '../../../src/lib/promql/promql.ts'
import { MemoryStorage } from '../../../src/lib/promql/storage/memory-storage.ts'
import { readSeries } from '../../../src/lib/promql/storage/series-notation.ts'

function storeOf(series: Record<string, string>): MemoryStorage {
  const rows = Object.entries(series).map(([name, values]) => {
    const read = readSeries(Labels.of({ __name__: name }), values, 15_000)
    if ('problem' in read) throw new Error(read.problem)
    return read
  })
  return new MemoryStorage(rows)
}

function answer(text: string, atMs: number, series: Record<string, string>, maxSamples = 1_000_000): unknown {
  const query = parsePromql(text)
  if (query.kind === 'promql-error') return query.message
  const result = evaluateInstant(query, storeOf(series), atMs, { maxSamples })
  if ('kind' in result) return result.message
  return result.type === 'vector'
    ? result.samples.map(sample => sample.value)
    : 'value' in result
      ? result.value
      : result.type
}

describe('modifiers bind to the selector before them, whatever the grammar says', () => {
  it.each([
    ['x - x offset 15s', 1],
    ['2 * x offset 15s + x', 10],
    ['x + x offset 15s * 10', 34],
    ['-x offset 15s ^ 2', -9],
    ['x ^ x offset 30s ^ 0', 4],
  ])('%s is %d', (text, expected) => {
    expect(answer(text, 45_000, { x: '1+1x10' })).toEqual([expected])
  })
})

describe('selection', () => {
  it.each([
    ['a staleness marker ends a series', '1 stale', 15_000, []],
    ['a sample counts until the lookback has passed', '1', 299_999, [1]],
    ['and no longer', '1', 300_000, []],
    ['a gap is bridged', '1 _x3 2', 45_000, [1]],
  ])('%s', (_what, values, atMs, expected) => {
    expect(answer('x', atMs, { x: values })).toEqual(expected)
  })
})

describe('nothing runs without end', () => {
  it.each([
    'sum_over_time(x[10000d:1ms])',
    'count_over_time(x[1y:1ms])',
    'avg_over_time(avg_over_time(x[30d:1s])[30d:1s])',
  ])('%s is given up', text => {
    expect(answer(text, 0, { x: '1' })).toMatch(/too many samples/)
  })

  it('so are a range of a billion steps and a query that is nested too deeply', () => {
    const query = parsePromql('x')
    if (query.kind === 'promql-error') throw new Error(query.message)
    const result = evaluateRange(query, storeOf({ x: '1' }), { startMs: 0, endMs: 1e9, stepMs: 1 })
    expect(result).toMatchObject({ kind: 'promql-error', stage: 'eval' })
    expect(answer(`${'('.repeat(50_000)}1${')'.repeat(50_000)}`, 0, {})).toMatch(/unexpected|too deeply/)
  })
})

describe('series notation', () => {
  it.each([
    ['1+2x2', [1, 3, 5]],
    ['3-1x1 7', [3, 2, 7]],
    ['4x2', [4, 4, 4]],
    ['0x2', [0, 0, 0]],
  ])('%s', (notation, expected) => {
    expect(readSeries(Labels.empty, notation, 1000)).toMatchObject({ values: expected })
  })

  it.each(['NaNx4', '1+x2', 'a', '1x9999999'])('refuses %s', notation => {
    expect(readSeries(Labels.empty, notation, 1000)).toHaveProperty('problem')
  })
})

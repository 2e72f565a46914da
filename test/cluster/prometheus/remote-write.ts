/** A series to store: floats, or native histograms of schema 0 (buckets grow by the power of two). */
export interface WrittenSeries {
  labels: Record<string, string>
  /** ms since 1970 */
  timeMs: number
  value?: number
  histogram?: {
    sum: number
    /** how many observations lie in (2^(i-1), 2^i], from i = offset on */
    offset: number
    counts: number[]
  }
}

/** A body for Prometheus' /api/v1/write (prompb WriteRequest, version 1, in snappy's block format). */
export function writeRequest(series: readonly WrittenSeries[]): Buffer {
  return snappy(Buffer.concat(series.map(each => field(1, timeSeries(each)))))
}

function timeSeries({ labels, timeMs, value, histogram }: WrittenSeries): Buffer {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))
  return Buffer.concat([
    ...sorted.map(([name, text]) =>
      field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(text))])),
    ),
    ...(value === undefined ? [] : [field(2, Buffer.concat([double(1, value), integer(2, BigInt(timeMs))]))]),
    ...(histogram ? [field(4, nativeHistogram(histogram, timeMs))] : []),
  ])
}

function nativeHistogram({ sum, offset, counts }: NonNullable<WrittenSeries['histogram']>, timeMs: number): Buffer {
  const count = counts.reduce((all, each) => all + each, 0)
  const deltas = counts.map((each, i) => varint(zigzag(each - (counts[i - 1] ?? 0))))
  const span = Buffer.concat([integer(1, zigzag(offset)), integer(2, BigInt(counts.length))])
  return Buffer.concat([
    integer(1, BigInt(count)),
    double(3, sum),
    integer(4, zigzag(0)),
    double(5, 1e-9),
    integer(6, 0n),
    field(11, span),
    field(12, Buffer.concat(deltas)),
    integer(15, BigInt(timeMs)),
  ])
}

const zigzag = (value: number) => (value < 0 ? BigInt(value) * -2n - 1n : BigInt(value) * 2n)

function varint(value: bigint): Buffer {
  const bytes: number[] = []
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)])
    bytes.push(Number(rest & 127n) | 128)
  }
}

const tag = (number: number, type: number) => varint(BigInt(number * 8 + type))
const integer = (number: number, value: bigint) => Buffer.concat([tag(number, 0), varint(value)])
const field = (number: number, bytes: Buffer) => Buffer.concat([tag(number, 2), varint(BigInt(bytes.length)), bytes])

function double(number: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([tag(number, 1), bytes])
}

/** Literals only, which is all that the format asks for. */
function snappy(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [varint(BigInt(bytes.length))]
  for (let at = 0; at < bytes.length; at += 65_536) {
    const chunk = bytes.subarray(at, at + 65_536)
    const length = Buffer.alloc(3)
    length[0] = 61 << 2
    length.writeUInt16LE(chunk.length - 1, 1)
    chunks.push(length, chunk)
  }
  return Buffer.concat(chunks)
}

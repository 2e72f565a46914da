// Sine, cosine, tangent and their inverses as Go computes them on amd64: S. Moshier's Cephes, with the reduction of
// M. Payne and R. Hanek for large arguments. V8 has others, whose last bit differs; in count_values, in a comparison or as
// the argument of another one of these functions it shows.

const sine = [
  1.5896230157654656e-10, -2.5050747762857807e-8, 0.0000027557313621385722, -0.0001984126982958954,
  0.008333333333322118, -0.1666666666666663,
]
const cosine = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 0.000024801587288851704, -0.0013888888888873056,
  0.041666666666666595,
]
const tangentP = [-13093.693918138379, 1153516.6483858742, -17956525.197648488]
const tangentQ = [1, 13681.296347069296, -1320892.3444021097, 25008380.18233579, -53869575.592945464]
const arctangentP = [
  -0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025,
]
const arctangentQ = [
  1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614,
]

/** A polynomial, highest power first. */
export function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const [index, coefficient] of coefficients.entries()) sum = index === 0 ? coefficient : sum * x + coefficient
  return sum
}

/** 4/pi in 1216 bits behind the point. */
const fourByPi = BigInt(
  [
    '0x',
    '145f306dc9c882a53f84eafa3ea69bb81b6c52b3278872083fca2c757bd778ac36e48dc74849ba5c00c925dd413a3243',
    '9fc3bd63962534e7dd1046bea5d768909d338e04d68befc827323ac7306a673e93908bf177bf250763ff12fffbc0b301',
    'fde5e2316b414da3eda6cfd9e4f96136e9e8c7ecd3cbfd45aea4f758fd7cbe2f67a0e73ef14a525d4d7f6bf623f1aba1',
    '0ac06608df8f6d757',
  ].join(''),
)
const fourByPiBits = 1216
const largeFrom = 2 ** 29
const quarter = [0.7853981256484985, 3.774894707930798e-8, 2.6951514290790595e-15] as const

interface Reduced {
  /** Eighth of the circle, even. */
  octant: number
  rest: number
}

/** A positive angle as a multiple of a quarter pi and what is left. */
function reduced(angle: number): Reduced {
  if (angle >= largeFrom) return reducedLarge(angle)
  let octant = Math.trunc(angle * (4 / Math.PI))
  if (octant % 2 === 1) octant++
  const rest = angle - octant * quarter[0] - octant * quarter[1] - octant * quarter[2]
  return { octant: octant % 8, rest }
}

function reducedLarge(angle: number): Reduced {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, angle)
  const bits = view.getBigUint64(0)
  const exponent = Number(bits >> 52n) - 1075
  const mantissa = (bits & 0xfffffffffffffn) | (1n << 52n)
  const shift = BigInt(fourByPiBits - exponent)
  const product = mantissa * fourByPi
  let octant = Number((product >> shift) & 7n)
  const fraction = product & ((1n << shift) - 1n)
  // Cut off, not rounded.
  const length = fraction.toString(2).length
  const surplus = BigInt(Math.max(0, length - 53))
  let rest = Number(fraction >> surplus) * 2 ** (Number(surplus) - Number(shift))
  if (octant % 2 === 1) {
    octant = (octant + 1) % 8
    rest--
  }
  return { octant, rest: rest * (Math.PI / 4) }
}

const sineOf = (z: number) => z + z * (z * z) * polynomial(sine, z * z)
const cosineOf = (z: number) => 1 - 0.5 * (z * z) + z * z * (z * z) * polynomial(cosine, z * z)

export function sin(angle: number): number {
  if (angle === 0 || Number.isNaN(angle)) return angle
  if (!Number.isFinite(angle)) return Number.NaN
  const { octant, rest } = reduced(Math.abs(angle))
  const size = octant % 4 === 2 ? cosineOf(rest) : sineOf(rest)
  return angle < 0 === octant > 3 ? size : -size
}

export function cos(angle: number): number {
  if (!Number.isFinite(angle)) return Number.NaN
  const { octant, rest } = reduced(Math.abs(angle))
  const size = octant % 4 === 2 ? sineOf(rest) : cosineOf(rest)
  return octant === 2 || octant === 4 ? -size : size
}

export function tan(angle: number): number {
  if (angle === 0 || Number.isNaN(angle)) return angle
  if (!Number.isFinite(angle)) return Number.NaN
  const { octant, rest } = reduced(Math.abs(angle))
  const square = rest * rest
  let size = rest
  if (square > 1e-14) size += rest * ((square * polynomial(tangentP, square)) / polynomial(tangentQ, square))
  if (octant % 4 === 2) size = -1 / size
  return angle < 0 ? -size : size
}

function seriesOfArctangent(x: number): number {
  const square = x * x
  return x * ((square * polynomial(arctangentP, square)) / polynomial(arctangentQ, square)) + x
}

const moreBits = 6.123233995736766e-17
const tangentOf3Eighths = 2.414213562373095

function positiveArctangent(x: number): number {
  if (x <= 0.66) return seriesOfArctangent(x)
  if (x > tangentOf3Eighths) return Math.PI / 2 - seriesOfArctangent(1 / x) + moreBits
  return Math.PI / 4 + seriesOfArctangent((x - 1) / (x + 1)) + 0.5 * moreBits
}

export function atan(x: number): number {
  if (x === 0) return x
  return x > 0 ? positiveArctangent(x) : -positiveArctangent(-x)
}

export function atan2(y: number, x: number): number {
  if (Number.isNaN(y) || Number.isNaN(x) || y === 0 || x === 0 || !Number.isFinite(y) || !Number.isFinite(x))
    return Math.atan2(y, x)
  const angle = atan(y / x)
  if (x > 0) return angle
  return angle <= 0 ? angle + Math.PI : angle - Math.PI
}

export function asin(x: number): number {
  if (x === 0) return x
  const size = Math.abs(x)
  if (!(size <= 1)) return Number.NaN
  const other = Math.sqrt(1 - size * size)
  const angle = size > 0.7 ? Math.PI / 2 - positiveArctangent(other / size) : positiveArctangent(size / other)
  return x < 0 ? -angle : angle
}

export function acos(x: number): number {
  return Math.PI / 2 - asin(x)
}

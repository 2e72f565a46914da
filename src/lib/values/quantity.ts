import { usage } from './failure.ts'

/** A Kubernetes quantity in billionths, the finest that the API keeps. */
export type Nanos = bigint

const nano = 1_000_000_000n
const scales: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  '': nano,
  k: nano * 10n ** 3n,
  M: nano * 10n ** 6n,
  G: nano * 10n ** 9n,
  T: nano * 10n ** 12n,
  P: nano * 10n ** 15n,
  E: nano * 10n ** 18n,
  Ki: nano << 10n,
  Mi: nano << 20n,
  Gi: nano << 30n,
  Ti: nano << 40n,
  Pi: nano << 50n,
  Ei: nano << 60n,
}

/**
 * Value of a Kubernetes quantity (`250m`, `1.5Gi`, `2e3`, `-1`), exactly; digits below a billionth are rounded away
 * from zero. Source: k8s.io/apimachinery pkg/api/resource.
 *
 * @throws Failure `usage`
 */
export function parseQuantity(text: string | number): Nanos {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i))?$/.exec(String(text))
  const whole = match?.[2] ?? ''
  const fraction = match?.[3] ?? ''
  if (!match || (whole === '' && fraction === '')) {
    throw usage(`invalid quantity ${JSON.stringify(String(text))}`, {
      reason: 'InvalidQuantity',
      hints: ['a quantity is a number with an optional suffix, as in 250m, 2, 64Mi or 1.5Gi'],
    })
  }
  const exponent = Number(match[4] ?? 0)
  const scale = scales[match[5] ?? ''] ?? nano
  const power = exponent - fraction.length
  const digits = BigInt(whole + fraction)
  const above = power >= 0 ? digits * scale * 10n ** BigInt(power) : digits * scale
  const below = power >= 0 ? 1n : 10n ** BigInt(-power)
  const size = (above + below - 1n) / below
  return match[1] === '-' ? -size : size
}

/** Negative, 0 or positive as `a` is below, equal to or above `b`. @throws Failure `usage` */
export function compareQuantities(a: string | number, b: string | number): number {
  const difference = parseQuantity(a) - parseQuantity(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Whether two quantities say the same, as `1` and `1000m`; text that is no quantity is compared as text. */
export function equalQuantities(a: string | number | undefined, b: string | number | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  try {
    return parseQuantity(a) === parseQuantity(b)
  } catch {
    return a === b
  }
}

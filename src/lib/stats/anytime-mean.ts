/**
 * Half width of the asymptotic confidence sequence for a mean (Waudby-Smith et al., Annals of Statistics 52(6), 2024):
 * valid at every t at once.
 *
 * @param t number of observations
 * @param tightestAt the t at which it is to be tightest
 */
export function asymptoticHalfWidth(t: number, deviation: number, alpha: number, tightestAt = 60): number {
  const rho = mixtureScale(alpha, tightestAt)
  const v = t * rho ** 2
  return deviation * Math.sqrt(((2 * (v + 1)) / (t * v)) * Math.log(Math.sqrt(v + 1) / alpha))
}

export function mixtureScale(alpha: number, tightestAt: number): number {
  return Math.sqrt((-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / tightestAt)
}

/**
 * The right-Haar t e-value for "the mean is zero", whatever the variance (Pérez-Ortiz et al., Annals of Statistics 2024).
 *
 * @param n number of observations, at least 2
 * @param t the t statistic
 * @param scale of the effect in standard deviations that is thought of
 */
export function tEvidence(n: number, t: number, scale = 1): number {
  const nu = n - 1
  const spread = 1 + n * scale ** 2
  const ratio = (1 + t ** 2 / nu) / (1 + t ** 2 / (nu * spread))
  return spread ** -0.5 * ratio ** ((nu + 1) / 2)
}

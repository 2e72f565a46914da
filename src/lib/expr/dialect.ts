/**
 * The version of expr-lang whose rules hold: `1.15` (v1.15.5, Argo Rollouts up to 1.9) or `1.17` (v1.17.8, from 1.10).
 */
export type Dialect = '1.15' | '1.17'

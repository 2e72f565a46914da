/** FORMATS section 7, as the schema in config-schema.ts lets it through. */
export interface Config {
  namespace?: string
  context?: string
  output?: string
  color?: 'auto' | 'always' | 'never'
  reason?: string
  event?: boolean
  readOnly?: boolean
  protectedContexts?: string[]
  clusters?: Record<string, ClusterConfig>
  /** defaults for Verification.spec */
  verify?: Record<string, unknown>
  report?: { format?: string[]; directory?: string }
  links?: Record<string, string>
}

export interface ClusterConfig {
  context?: string
  argocdDestination?: string
  harnessAgent?: string
  prometheus?: PrometheusConfig
}

/** A credential is used for the `address` beside it and no other. */
export interface PrometheusConfig {
  address?: string
  matchers?: Record<string, string>
  podLabel?: string
  namespaceLabel?: string
  dedupLabels?: string[]
  /** Go duration */
  delay?: string
  tenant?: string
  tokenFile?: string
  username?: string
  passwordFile?: string
  caFile?: string
}

/** Where a value came from. */
export type Origin =
  | { kind: 'flag'; flag: string }
  | { kind: 'environment'; variable: string }
  | { kind: 'project' | 'user'; file: string; line: number }

/** One value of the configuration: its path, such as `['verify', 'warmup']`, and where it was set. Lists are one value. */
export interface Setting {
  path: readonly string[]
  value: unknown
  origin: Origin
}

/** Settings from the strongest source to the weakest may repeat a path; `effective` keeps the first of each. */
export interface LoadedConfig {
  config: Config
  settings: readonly Setting[]
  /** what was looked at but not used, such as an unknown variable of the environment */
  warnings: readonly string[]
}

/** `verify.warmup`, with quotes where a name has a dot: `clusters."https://10.1.2.3:6443".context`. */
export function pathText(path: readonly string[]): string {
  return path.map(part => (/^[\w-]+$/.test(part) ? part : JSON.stringify(part))).join('.')
}

export function originText(origin: Origin): string {
  if (origin.kind === 'flag') return `flag ${origin.flag}`
  if (origin.kind === 'environment') return `environment ${origin.variable}`
  return `${origin.file}:${origin.line}`
}

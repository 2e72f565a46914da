/** A kubeconfig after merging: every entry knows the file that names it, since its relative paths start there. */
export interface Kubeconfig {
  /** empty when no file selects one */
  currentContext: string
  contexts: Map<string, ContextEntry>
  clusters: Map<string, ClusterEntry>
  users: Map<string, UserEntry>
  /** files that were read, in order of precedence */
  files: string[]
}

interface Entry {
  /** absolute path of the kubeconfig that holds the entry; empty when flags alone make it */
  file: string
}

export interface ContextEntry extends Entry {
  cluster: string
  user: string
  namespace?: string
}

export interface ClusterEntry extends Entry {
  server?: string
  /** absolute */
  certificateAuthority?: string
  /** base64 */
  certificateAuthorityData?: string
  insecureSkipTlsVerify?: boolean
  tlsServerName?: string
  proxyUrl?: string
  disableCompression?: boolean
  /** what the extension `client.authentication.k8s.io/exec` hands to exec plugins */
  execConfig?: unknown
}

export interface UserEntry extends Entry {
  /** absolute */
  clientCertificate?: string
  /** base64 */
  clientCertificateData?: string
  /** absolute */
  clientKey?: string
  /** base64 */
  clientKeyData?: string
  token?: string
  /** absolute */
  tokenFile?: string
  username?: string
  password?: string
  as?: string
  asUid?: string
  asGroups?: string[]
  asUserExtra?: Record<string, string[]>
  exec?: ExecConfig
  authProvider?: { name: string; config: Record<string, string> }
}

export interface ExecConfig {
  apiVersion: string
  /** absolute, or a bare name to be found on PATH */
  command: string
  args: string[]
  env: { name: string; value: string }[]
  installHint: string
  provideClusterInfo: boolean
  interactiveMode: string
}

export function emptyKubeconfig(): Kubeconfig {
  return { currentContext: '', contexts: new Map(), clusters: new Map(), users: new Map(), files: [] }
}

/**
 * Merges as client-go's ClientConfigLoadingRules do: the first file that defines a name wins with its whole entry, and
 * so does the first that sets a current context.
 */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merged = emptyKubeconfig()
  for (const config of configs) {
    merged.currentContext ||= config.currentContext
    keepFirst(merged.contexts, config.contexts)
    keepFirst(merged.clusters, config.clusters)
    keepFirst(merged.users, config.users)
    merged.files.push(...config.files)
  }
  return merged
}

function keepFirst<T>(into: Map<string, T>, from: Map<string, T>): void {
  for (const [name, entry] of from) if (!into.has(name)) into.set(name, entry)
}

/** The connection, impersonation and request flags of a command, as given (kubectl's meanings). */
export interface ConnectionOptions {
  kubeconfig?: string
  context?: string
  cluster?: string
  user?: string
  namespace?: string
  server?: string
  token?: string
  username?: string
  password?: string
  certificateAuthority?: string
  clientCertificate?: string
  clientKey?: string
  tlsServerName?: string
  insecureSkipTlsVerify?: boolean
  /** Go duration, or whole seconds; `0` is none */
  requestTimeout?: string
  disableCompression?: boolean
  as?: string
  asUid?: string
  asGroup?: readonly string[]
  /** `key=value` each */
  asUserExtra?: readonly string[]
  /** from 6 requests, 7 headers, 8 bodies are logged to stderr */
  verbosity?: number
  warningsAsErrors?: boolean
  /** default `kubectl-canary` */
  fieldManager?: string
}

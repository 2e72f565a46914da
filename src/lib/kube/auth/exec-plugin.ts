import type { Context } from '../../context/context.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Connection } from '../config/connection.ts'
import type { ClusterEntry, ExecConfig } from '../config/kubeconfig.ts'
import { type Credential, type Credentials, pem } from './credentials.ts'
import type { ProcessResult, RunProcess } from './run-process.ts'

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1']

interface Cached {
  credential: Credential
  /** undefined: good until the server refuses it */
  expiresAtMs: number | undefined
}

/**
 * Credentials from a program that the kubeconfig names (client-go: plugin/pkg/client/auth/exec). It is run with the
 * first request, again when what it gave has expired, and once more after a 401.
 */
export class ExecCredentials implements Credentials {
  private readonly config: ExecConfig
  private readonly certificate: Credential
  private readonly connection: Connection
  private readonly context: Context
  private readonly runProcess: RunProcess
  private cached: Promise<Cached> | undefined

  constructor(
    config: ExecConfig,
    certificate: Credential,
    connection: Connection,
    context: Context,
    runProcess: RunProcess,
  ) {
    this.config = config
    this.certificate = certificate
    this.connection = connection
    this.context = context
    this.runProcess = runProcess
  }

  describe(): string {
    return `the credential that the exec plugin ${this.config.command} gave`
  }

  async current(): Promise<Credential> {
    const run = this.cached
    if (run) {
      const { credential, expiresAtMs } = await run
      if (expiresAtMs === undefined || expiresAtMs > this.context.clock.now()) return credential
      // Whoever came first has started the next run already.
      if (this.cached !== run) return this.current()
    }
    return this.refresh()
  }

  async renew(refused: Credential): Promise<boolean> {
    const run = this.cached
    // Another request of ours may have met the 401 first and have a new credential, or be about to.
    if (run && (await run).credential !== refused) return true
    if (this.cached === run) await this.refresh()
    return true
  }

  /** Requests that come while the program runs wait for the same run. */
  private async refresh(): Promise<Credential> {
    const run = this.run()
    this.cached = run
    try {
      return (await run).credential
    } catch (error) {
      if (this.cached === run) this.cached = undefined
      throw error
    }
  }

  private async run(): Promise<Cached> {
    const { config, context } = this
    const interactive = this.isInteractive()
    const execInfo = {
      apiVersion: config.apiVersion,
      kind: 'ExecCredential',
      spec: { interactive, ...(config.provideClusterInfo ? { cluster: clusterInfo(this.connection.cluster) } : {}) },
    }
    const env: Record<string, string | undefined> = { ...context.env }
    for (const { name, value } of config.env) env[name] = value
    env.KUBERNETES_EXEC_INFO = JSON.stringify(execInfo)
    let result: ProcessResult
    try {
      const { command, args } = config
      result = await this.runProcess({ command, args, env, interactive, signal: context.signal })
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason
      throw this.cannotStart(error)
    }
    if (result.exitCode !== 0) {
      const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`
      throw this.failure(`${how}; what it wrote is above`, ['sign in with it again, or run it by hand to see why'])
    }
    return this.parse(result.stdout)
  }

  private isInteractive(): boolean {
    const { apiVersion, interactiveMode } = this.config
    if (!versions.includes(apiVersion)) {
      throw this.failure(`has apiVersion ${JSON.stringify(apiVersion)}, which is not known`, [
        `known are ${versions.join(' and ')}; a newer version of the tool that wrote the kubeconfig may write one of them`,
      ])
    }
    const mode = interactiveMode || (apiVersion.endsWith('/v1beta1') ? 'IfAvailable' : '')
    const isTerminal = this.context.stdin.isTerminal
    switch (mode) {
      case 'Never':
        return false
      case 'IfAvailable':
        return isTerminal
      case 'Always':
        if (isTerminal) return true
        throw this.failure('needs a terminal to ask on (interactiveMode Always), and stdin is none', [
          'run a kubectl command in a terminal first, or use a user of the kubeconfig that needs no questions',
        ])
      default:
        throw this.failure(
          mode === '' ? 'has no interactiveMode, which v1 needs' : `has an unknown interactiveMode ${safeText(mode)}`,
          ['it is Never, IfAvailable or Always'],
        )
    }
  }

  private parse(stdout: string): Cached {
    const { apiVersion } = this.config
    let output: ExecCredential
    try {
      output = JSON.parse(stdout) as ExecCredential
    } catch {
      // The text itself is not shown: half a credential is a secret too.
      throw this.failure(`printed ${stdout.trim() === '' ? 'nothing' : 'something that is not JSON'} to stdout`, [
        'it has to print an ExecCredential and nothing else; run it by hand to see',
      ])
    }
    if (output?.kind !== 'ExecCredential') throw this.failure('printed JSON that is no ExecCredential', [])
    if (output.apiVersion !== apiVersion) {
      throw this.failure(
        `printed an ExecCredential of ${safeText(String(output.apiVersion))}, and the kubeconfig says ${apiVersion}`,
        ['make both the same: update the plugin, or its entry in the kubeconfig'],
      )
    }
    const { token, clientCertificateData, clientKeyData, expirationTimestamp } = output.status ?? {}
    if (!token && !clientCertificateData && !clientKeyData) {
      throw this.failure('printed an ExecCredential with neither a token nor a client certificate', [])
    }
    if (Boolean(clientCertificateData) !== Boolean(clientKeyData)) {
      throw this.failure(
        `printed a client ${clientKeyData ? 'key without a certificate' : 'certificate without a key'}`,
        [],
      )
    }
    const expiresAtMs = expirationTimestamp ? Date.parse(expirationTimestamp) : undefined
    if (Number.isNaN(expiresAtMs)) throw this.failure('printed an expirationTimestamp that is no RFC 3339 time', [])
    const credential: Credential = { ...this.certificate }
    if (token) credential.authorization = `Bearer ${token}`
    if (clientCertificateData) Object.assign(credential, { certificate: clientCertificateData, key: clientKeyData })
    return { credential, expiresAtMs }
  }

  private cannotStart(error: unknown): Failure {
    const { command, installHint } = this.config
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') {
      return this.failure(`is not installed: there is no program ${command}`, [
        ...(installHint ? [safeText(installHint)] : []),
        'the kubeconfig names it for this user; it has to be on PATH',
      ])
    }
    const why =
      code === 'EACCES' ? 'you may not run it' : safeText(error instanceof Error ? error.message : String(error))
    return this.failure(`cannot be started: ${why}`, installHint ? [safeText(installHint)] : [])
  }

  private failure(what: string, hints: readonly string[]): Failure {
    const user = this.connection.userName ? ` of user "${this.connection.userName}"` : ''
    return new Failure('error', `the exec plugin ${safeText(this.config.command)}${user} ${what}`, {
      reason: 'ExecPluginFailed',
      hints,
    })
  }
}

interface ExecCredential {
  apiVersion?: string
  kind?: string
  status?: {
    token?: string
    clientCertificateData?: string
    clientKeyData?: string
    expirationTimestamp?: string
  }
}

/** `spec.cluster`: the certificate authority always as data (client-go: rest.ConfigToExecCluster). */
function clusterInfo(cluster: ClusterEntry): Record<string, unknown> {
  const authority = pem(cluster.certificateAuthorityData, cluster.certificateAuthority, 'certificate-authority')
  return {
    server: cluster.server,
    'tls-server-name': cluster.tlsServerName,
    'insecure-skip-tls-verify': cluster.insecureSkipTlsVerify,
    'certificate-authority-data': authority?.toString('base64'),
    'proxy-url': cluster.proxyUrl,
    'disable-compression': cluster.disableCompression,
    config: cluster.execConfig,
  }
}

import { isIP } from 'node:net'
import { resolve } from 'node:path'
import type { Context } from '../../context/context.ts'
import { Failure, usage } from '../../values/failure.ts'
import { parseGoDuration } from '../../values/go-duration.ts'
import { configFlag } from '../connection-flags.ts'
import type { ConnectionOptions } from '../connection-options.ts'
import { type InCluster, inCluster } from './in-cluster.ts'
import type { ClusterEntry, Kubeconfig, UserEntry } from './kubeconfig.ts'
import { loadKubeconfig } from './load-kubeconfig.ts'
import { missingEntry, noCluster, unknownContext } from './selection-failures.ts'

/** Where the API server is and who we are there, with flags and kubeconfig taken together. */
export interface Connection {
  server: URL
  /** kubeconfig context; empty in a cluster or without one */
  contextName: string
  clusterName: string
  userName: string
  namespace: string
  namespaceIsExplicit: boolean
  cluster: ClusterEntry
  user: UserEntry
  disableCompression: boolean
  /** ` --kubeconfig FILE` as given, for `kubectl config` commands that we suggest; else empty */
  configFlag: string
  /** 0: none */
  requestTimeoutMs: number
}

/**
 * Puts flags over kubeconfig over in-cluster, as clientcmd's DeferredLoadingClientConfig does.
 *
 * @throws Failure `error` for a configuration that cannot be used, `usage` for flags that contradict each other
 */
export async function resolveConnection(options: ConnectionOptions, context: Context): Promise<Connection> {
  const requestTimeoutMs = parseRequestTimeout(options.requestTimeout)
  const kubeconfig = await loadKubeconfig(options.kubeconfig, context)
  const pod = isEmpty(kubeconfig, options) ? inCluster(context.env) : undefined
  const selected = pod ? selectedInCluster(pod) : select(kubeconfig, options)
  const cluster = withClusterFlags(selected.cluster, options, context)
  if (!cluster.server) throw noCluster(kubeconfig, context, selected.contextName)
  const user = withUserFlags(selected.user, options, context)
  return {
    server: parseServer(cluster),
    contextName: selected.contextName,
    clusterName: selected.clusterName,
    userName: selected.userName,
    namespace: options.namespace || selected.namespace || 'default',
    namespaceIsExplicit: Boolean(options.namespace),
    cluster,
    user,
    disableCompression: options.disableCompression ?? cluster.disableCompression ?? false,
    requestTimeoutMs,
    configFlag: configFlag(options),
  }
}

interface Selected {
  contextName: string
  clusterName: string
  userName: string
  namespace: string | undefined
  cluster: ClusterEntry
  user: UserEntry
}

function isEmpty(kubeconfig: Kubeconfig, options: ConnectionOptions): boolean {
  const isNamed = options.server || options.context || options.cluster || options.user
  return kubeconfig.clusters.size === 0 && kubeconfig.contexts.size === 0 && !isNamed
}

function selectedInCluster(pod: InCluster): Selected {
  return { contextName: '', clusterName: '', userName: 'the service account', ...pod }
}

function select(kubeconfig: Kubeconfig, options: ConnectionOptions): Selected {
  const contextName = options.context || kubeconfig.currentContext
  const entry = contextName ? kubeconfig.contexts.get(contextName) : undefined
  // --server alone is enough of a configuration, so only a context that was asked for has to exist
  if (contextName && !entry && (options.context || !options.server)) throw unknownContext(contextName, kubeconfig)
  const clusterName = options.cluster || entry?.cluster || ''
  const userName = options.user || entry?.user || ''
  const cluster = kubeconfig.clusters.get(clusterName)
  const user = kubeconfig.users.get(userName)
  const from = { name: contextName, file: entry?.file }
  if (clusterName && !cluster && (options.cluster || !options.server)) {
    throw missingEntry('cluster', clusterName, [...kubeconfig.clusters.keys()], options.cluster ? undefined : from)
  }
  if (userName && !user) {
    throw missingEntry('user', userName, [...kubeconfig.users.keys()], options.user ? undefined : from)
  }
  return {
    contextName,
    clusterName,
    userName,
    namespace: entry?.namespace,
    cluster: cluster ?? { file: '' },
    user: user ?? { file: '' },
  }
}

function withClusterFlags(entry: ClusterEntry, options: ConnectionOptions, context: Context): ClusterEntry {
  const cluster = { ...entry }
  if (options.server) {
    cluster.server = options.server
    // clientcmd: a tls-server-name of the kubeconfig belongs to the server of the kubeconfig
    if (!options.tlsServerName) cluster.tlsServerName = undefined
  }
  if (options.tlsServerName) cluster.tlsServerName = options.tlsServerName
  if (options.certificateAuthority) {
    cluster.certificateAuthority = resolve(context.workingDirectory, options.certificateAuthority)
    cluster.certificateAuthorityData = undefined
  }
  if (options.insecureSkipTlsVerify !== undefined) cluster.insecureSkipTlsVerify = options.insecureSkipTlsVerify
  if (cluster.insecureSkipTlsVerify && (cluster.certificateAuthority || cluster.certificateAuthorityData)) {
    if (options.certificateAuthority && options.insecureSkipTlsVerify) {
      throw usage('--certificate-authority and --insecure-skip-tls-verify contradict each other', {
        hints: ['leave one of them out'],
      })
    }
    if (options.certificateAuthority) cluster.insecureSkipTlsVerify = false
    else {
      cluster.certificateAuthority = undefined
      cluster.certificateAuthorityData = undefined
    }
  }
  return cluster
}

function withUserFlags(entry: UserEntry, options: ConnectionOptions, context: Context): UserEntry {
  const user = { ...entry }
  if (options.clientCertificate) {
    user.clientCertificate = resolve(context.workingDirectory, options.clientCertificate)
    user.clientCertificateData = undefined
  }
  if (options.clientKey) {
    user.clientKey = resolve(context.workingDirectory, options.clientKey)
    user.clientKeyData = undefined
  }
  if (options.token && (options.username || options.password)) {
    throw usage('--token and --username/--password contradict each other', { hints: ['leave one of them out'] })
  }
  if (options.token) Object.assign(user, { token: options.token, tokenFile: undefined, ...noBasicAuth, ...noPlugins })
  if (options.username || options.password) {
    const basic = { username: options.username ?? user.username, password: options.password ?? user.password }
    Object.assign(user, { ...basic, token: undefined, tokenFile: undefined, ...noPlugins })
  }
  return withImpersonation(user, options)
}

const noBasicAuth = { username: undefined, password: undefined }
const noPlugins = { exec: undefined, authProvider: undefined }

function withImpersonation(user: UserEntry, options: ConnectionOptions): UserEntry {
  if (options.as !== undefined) user.as = options.as
  if (options.asUid !== undefined) user.asUid = options.asUid
  if (options.asGroup?.length) user.asGroups = [...options.asGroup]
  if (options.asUserExtra?.length) {
    user.asUserExtra = {}
    for (const pair of options.asUserExtra) {
      const at = pair.indexOf('=')
      if (at < 1) throw usage(`--as-user-extra ${JSON.stringify(pair)} is not KEY=VALUE`)
      const key = pair.slice(0, at)
      user.asUserExtra[key] = [...(user.asUserExtra[key] ?? []), pair.slice(at + 1)]
    }
  }
  if (!user.as && (user.asUid || user.asGroups?.length || Object.keys(user.asUserExtra ?? {}).length > 0)) {
    throw usage('a uid, groups or extra fields to act with need the user to act as', { hints: ['add --as USER'] })
  }
  return user
}

/** client-go's DefaultServerURL: without a scheme it is https where there is TLS to speak of, else http. */
function parseServer(cluster: ClusterEntry): URL {
  const text = cluster.server ?? ''
  const hasTls = cluster.certificateAuthority || cluster.certificateAuthorityData || cluster.insecureSkipTlsVerify
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${hasTls ? 'https' : 'http'}://${text}`)
    if ((url.protocol === 'https:' || url.protocol === 'http:') && url.hostname) return url
  } catch {
    // said below
  }
  throw new Failure('error', `the server address ${JSON.stringify(text)} is not a URL of an API server`, {
    reason: 'InvalidServer',
    hints: ['it has the form https://HOST[:PORT]; see kubectl config view, or --server'],
  })
}

/** `--request-timeout`: a Go duration, or whole seconds as kubectl accepts (cli-runtime: util.ParseDuration). */
function parseRequestTimeout(text: string | undefined): number {
  if (text === undefined || text === '') return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text)
  if (ms < 0) throw usage(`--request-timeout ${text} is negative`)
  return ms
}

/** The host name to put into the TLS handshake and to check the certificate against; none for an IP address. */
export function tlsServerName(connection: Connection): string | undefined {
  const name = connection.cluster.tlsServerName ?? connection.server.hostname.replace(/^\[|\]$/g, '')
  return isIP(name) ? undefined : name
}

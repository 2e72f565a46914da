import type { Context } from '../context/context.ts'
import type { GoUrl } from '../http/go-url.ts'
import { isSameOrigin } from '../http/redirects.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import {
  addressText,
  type ChosenAddress,
  checkFlag,
  chooseAddress,
  type PrometheusTarget,
  parseTarget,
  serviceBehind,
} from './address.ts'
import { type ClientOptions, PrometheusClient } from './client.ts'
import { Authorizer, type CredentialFiles, type PrometheusCredentials } from './credentials.ts'
import { type Authorize, DirectEndpoint } from './direct-endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { ReachableEndpoint } from './reachable-endpoint.ts'
import { ServiceEndpoint } from './service-endpoint.ts'

/** What the user's configuration says of a cluster's Prometheus (config/config.ts PrometheusConfig). */
export interface PrometheusSettings extends CredentialFiles {
  address?: string
  /** of X-Scope-OrgID */
  tenant?: string
  caFile?: string
}

export interface PrometheusOptions {
  /** `--prometheus`: instead of every other address */
  address?: string | undefined
  settings?: PrometheusSettings | undefined
  /** where to say something, each text once; default: a line on stderr */
  note?: ((text: string) => void) | undefined
}

/** What a template or file says beside the address; its credentials are meant for its own address. */
export interface WrittenAccess extends ClientOptions {
  headers?: Readonly<Record<string, string>>
  insecure?: boolean
  credentials?: PrometheusCredentials
}

type ConnectorContext = Pick<Context, 'env' | 'http' | 'kube' | 'clock' | 'stderr' | 'workingDirectory'>

const secretHeader = /^(authorization|proxy-authorization|cookie|x-api-key|x-auth-.*|.*-token)$/i

/**
 * Clients of the Prometheus servers that one command asks, by DESIGN section 6: which address counts, what goes through
 * the API server, and that a credential goes to no origin but its own.
 */
export class PrometheusConnector {
  private readonly options: PrometheusOptions
  private readonly context: ConnectorContext
  private readonly authorizer: Authorizer
  private readonly clients = new Map<string, PrometheusClient>()
  private readonly said = new Set<string>()

  /** @throws Failure `usage` for an address of `--prometheus` that is none */
  constructor(options: PrometheusOptions, context: ConnectorContext) {
    if (options.address !== undefined) checkFlag(options.address)
    this.options = options
    this.context = context
    this.authorizer = new Authorizer(context)
  }

  /** Which address counts, and where it was named; undefined when none is. */
  choose(written?: string): ChosenAddress | undefined {
    const { address, settings } = this.options
    return chooseAddress({ flag: address, written, config: settings?.address }, this.context.env)
  }

  /** Why there is no client, in the controller's words (argo-rollouts prometheus.go NewPrometheusAPI). */
  problem(written?: string): string | undefined {
    const chosen = this.choose(written)
    if (!chosen) return 'prometheus address is not configured'
    return parseTarget(chosen) ? undefined : 'prometheus address is not is url format'
  }

  /**
   * The client for an address that a template or file names, or names none; the same one for the same.
   *
   * @throws Failure when no address is known, or one that cannot be used
   */
  client(written?: string, access: WrittenAccess = {}): PrometheusClient {
    const chosen = this.choose(written)
    const target = chosen && parseTarget(chosen)
    if (!chosen || !target) throw this.noAddress(written)
    const key = JSON.stringify([chosen, written, access])
    let client = this.clients.get(key)
    if (!client) {
      client = new PrometheusClient(this.endpoint(chosen, target, written, access), this.context, access)
      this.clients.set(key, client)
    }
    return client
  }

  private note(text: string): void {
    if (this.said.has(text)) return
    this.said.add(text)
    if (this.options.note) this.options.note(text)
    else this.context.stderr.write(`${text}\n`)
  }

  private noAddress(written: string | undefined): Failure {
    return new Failure('usage', this.problem(written) ?? 'prometheus address is not configured', {
      reason: 'NoPrometheus',
      hints: [
        '--prometheus URL|svc/NAMESPACE/NAME[:PORT] names it, or PROMETHEUS_URL, or clusters.NAME.prometheus.address in your configuration',
      ],
    })
  }

  private endpoint(
    chosen: ChosenAddress,
    target: PrometheusTarget,
    written: string | undefined,
    access: WrittenAccess,
  ): Endpoint {
    const isReplaced = this.isReplaced(chosen, target, written)
    const shown = safeText(addressText(target))
    if (isReplaced && access.credentials)
      this.note(`the credentials of the template are for ${safeText(written ?? '')}: they are not sent to ${shown}`)
    const settings = this.settingsFor(chosen, target)
    const own = Object.entries(access.headers ?? {}).filter(([name]) => !(isReplaced && secretHeader.test(name)))
    const headers = { ...(settings?.tenant ? { 'X-Scope-OrgID': settings.tenant } : {}), ...Object.fromEntries(own) }
    if (target.kind === 'service') {
      if (settings?.tokenFile ?? settings?.username)
        this.note(`${shown} is asked through the API server, which takes no credentials along`)
      return new ServiceEndpoint(target.service, headers, this.context)
    }
    const byMetric = isReplaced ? undefined : this.byMetric(chosen, target.url, access)
    const byUser = byMetric ? undefined : settings && this.authorizer.byFiles(settings)
    // A file must not be able to lift the protection of the user's own credentials.
    const insecure = byUser ? false : access.insecure
    const authorize = byMetric ?? byUser
    const direct = new DirectEndpoint(
      { url: target.url, headers, authorize, insecure, caFile: settings?.caFile },
      this.context,
    )
    const service = serviceBehind(target.url)
    if (!service) return direct
    const detour = new ServiceEndpoint(service, headers, this.context, direct.address)
    return new ReachableEndpoint(direct, detour, () => this.noteDetour(shown, authorize !== undefined))
  }

  /** A signature of the user's is for AWS; it is not made because a template says that something is AWS. */
  private byMetric(
    { source }: ChosenAddress,
    url: GoUrl,
    { credentials = {}, insecure = false }: WrittenAccess,
  ): Authorize | undefined {
    if (credentials.sigv4 && source === 'metric' && !/\.amazonaws\.com(\.cn)?(:\d+)?$/i.test(url.host)) {
      this.note(`requests to ${safeText(url.host)} are not signed for AWS, since that is no host of AWS`)
      return undefined
    }
    return this.authorizer.byMetric(credentials, insecure)
  }

  private noteDetour(shown: string, hasCredentials: boolean): void {
    const without = hasCredentials ? ', without the credentials that it was to get' : ''
    this.note(`${shown} does not resolve here: asking through the API server's service proxy${without}`)
  }

  /** Another server than the one that the template names. */
  private isReplaced({ source }: ChosenAddress, target: PrometheusTarget, written: string | undefined): boolean {
    if (!written || source === 'metric') return false
    const named = parseTarget({ text: written, source: 'metric' })
    if (target.kind !== 'url' || named?.kind !== 'url') return true
    return !isSameOrigin(target.url, named.url)
  }

  /** The user's settings where they are about this very server. */
  private settingsFor({ source }: ChosenAddress, target: PrometheusTarget): PrometheusSettings | undefined {
    const { settings } = this.options
    if (source === 'config' || !settings?.address) return source === 'config' ? settings : undefined
    const configured = parseTarget({ text: settings.address, source: 'config' })
    return configured && isSameServer(target, configured) ? settings : undefined
  }
}

function isSameServer(one: PrometheusTarget, other: PrometheusTarget): boolean {
  if (one.kind === 'url' && other.kind === 'url')
    return isSameOrigin(one.url, other.url) && sameUser(one.url, other.url)
  return addressText(one) === addressText(other)
}

/** Whoever names a user in the address means that one. */
const sameUser = (one: GoUrl, other: GoUrl) => one.userInfo === undefined || one.userInfo === other.userInfo

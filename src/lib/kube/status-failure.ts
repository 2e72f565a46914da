import type { ResourceType } from '../context/kube-client.ts'
import { Failure } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { qualifiedResource } from './resource-path.ts'

/** `Status` of apimachinery: what the API server answers instead of an object when it refuses. */
export interface ApiStatus {
  kind?: 'Status'
  status?: string
  message?: string
  reason?: string
  code?: number
  details?: {
    name?: string
    group?: string
    kind?: string
    retryAfterSeconds?: number
    causes?: { reason?: string; message?: string; field?: string }[]
  }
}

/** What was asked, as far as a refusal has to name it. */
export interface Asked {
  /** RBAC's verb: get, list, watch, create, update, patch, delete; or the method of a raw request */
  verb: string
  type?: ResourceType
  subresource?: string
  namespace?: string
  name?: string
  path?: string
}

/** Who asked, for the hints. */
export interface Asker {
  contextName: string
  /** how the credential is called: `the token of user "x"`; empty without any */
  credential(): string
  /** ` --kubeconfig x` or empty */
  configFlag: string
  /** ` --context x` and the like, for commands that we suggest; empty or with a leading space */
  flags: string
}

/** Thrown for every answer that is not a success; `cause` of nothing, so that no trace of ours reaches the user. */
export class StatusFailure extends Failure {
  readonly status: ApiStatus
  /** HTTP status */
  readonly code: number
  readonly retryAfterMs: number | undefined

  constructor(status: ApiStatus, code: number, message: string, reason: string, hints: readonly string[]) {
    super('error', message, { reason, hints, label: labelOf(status, reason) })
    this.status = status
    this.code = code
    const seconds = status.details?.retryAfterSeconds
    this.retryAfterMs = seconds === undefined ? undefined : seconds * 1000
  }
}

/** The Failure for an answer of status >= 400, worded as kubectl words it (client-go: Result.Error, errors.NewGenericServerResponse). */
export function statusFailure(
  answer: { status: number; headers: Record<string, string | string[] | undefined>; text: string },
  asked: Asked,
  asker: Asker,
): StatusFailure {
  const status = parseStatus(answer.text) ?? genericStatus(answer.status, answer.text, asked)
  const seconds = Number(answer.headers['retry-after'])
  if (Number.isInteger(seconds) && answer.headers['retry-after'] !== undefined) {
    status.details = { retryAfterSeconds: seconds, ...status.details }
  }
  return failureOfStatus(status, answer.status, asked, asker)
}

/** The Failure for a Status, which may also come as an ERROR event of a watch. */
export function failureOfStatus(status: ApiStatus, code: number, asked: Asked, asker: Asker): StatusFailure {
  const missing = code === 404 ? missingType(status, asked, asker) : undefined
  if (missing) return new StatusFailure(status, code, missing.message, 'NoMatch', missing.hints)
  const reason = status.reason || reasons[code] || 'UnexpectedResponse'
  const message =
    reason === 'Unauthorized'
      ? 'You must be logged in to the server (Unauthorized)'
      : safeText(status.message || messages[code] || `the server answered ${code}`)
  return new StatusFailure(status, code, message, reason, hintsFor(reason, status, asked, asker))
}

/** As kubectl heads it: `Error from server (NotFound): rollouts.argoproj.io "x" not found`. */
function labelOf(status: ApiStatus, reason: string): string {
  if (reason === 'NoMatch' || reason === 'Unauthorized') return 'error'
  return status.reason ? `Error from server (${reason})` : 'Error from server'
}

/** The Status object that an API server answers with; undefined for any other text. */
export function parseStatus(text: string): ApiStatus | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    const value = JSON.parse(text) as ApiStatus
    return value.kind === 'Status' ? value : undefined
  } catch {
    return undefined
  }
}

const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

/** apimachinery: errors.NewGenericServerResponse */
const messages: Record<number, string> = {
  400: 'the server rejected our request for an unknown reason',
  401: 'the server has asked for the client to provide credentials',
  403: 'the server does not allow access to the requested resource',
  404: 'the server could not find the requested resource',
  405: 'the server does not allow this method on the requested resource',
  406: 'the server was unable to respond with a content type that the client supports',
  409: 'the server reported a conflict',
  415: 'the body of the request was in an unknown format',
  422: 'the server rejected our request due to an error in our request',
  429: 'the server has received too many requests and has asked us to try again later',
  503: 'the server is currently unable to handle the request',
  504: 'the server was unable to return a response in the time allotted, but may still be processing the request',
}

function genericStatus(code: number, text: string, asked: Asked): ApiStatus {
  const first = safeText(text.slice(0, 300))
  const about = asked.type
    ? ` (${[asked.verb, qualifiedResource(asked.type), asked.name].filter(Boolean).join(' ')})`
    : ''
  const base =
    messages[code] ??
    (code >= 500
      ? `an error on the server (${JSON.stringify(first)}) has prevented the request from succeeding`
      : `the server responded with the status code ${code} but did not return more information`)
  const detail = (code === 400 || code === 403) && first ? first : base
  return { message: `${detail}${about}`, code }
}

const products: Record<string, string> = {
  'rollouts.argoproj.io': 'Argo Rollouts',
  'experiments.argoproj.io': 'Argo Rollouts',
  'analysisruns.argoproj.io': 'Argo Rollouts',
  'analysistemplates.argoproj.io': 'Argo Rollouts',
  'clusteranalysistemplates.argoproj.io': 'Argo Rollouts',
  'applications.argoproj.io': 'Argo CD',
}

function productOf(type: ResourceType): string | undefined {
  return products[qualifiedResource(type)] ?? (type.group === 'kargo.akuity.io' ? 'Kargo' : undefined)
}

/** A 404 that names no object is about the type: its CRD, its version or its subresource is not served. */
function missingType(status: ApiStatus, asked: Asked, asker: Asker): { message: string; hints: string[] } | undefined {
  const { type } = asked
  const namesAnObject = status.details?.name !== undefined && status.details.name !== ''
  const isNamespaceMissing = status.details?.kind === 'namespaces'
  if (!type || namesAnObject || isNamespaceMissing || asked.subresource) return undefined
  const resource = qualifiedResource(type)
  const inContext = asker.contextName ? ` of context "${asker.contextName}"` : ''
  const product = productOf(type)
  return {
    message: product
      ? `${product} is not installed in the cluster${inContext} (no ${resource})`
      : `the server${inContext} has no resource type ${resource} in version ${type.version}`,
    hints: [
      `kubectl api-resources --api-group=${type.group}${asker.flags}  lists what the cluster serves`,
      `kubectl config get-contexts${asker.configFlag}  shows the other contexts; --context NAME takes one`,
    ],
  }
}

function hintsFor(reason: string, status: ApiStatus, asked: Asked, asker: Asker): string[] {
  switch (reason) {
    case 'Forbidden':
      return forbiddenHints(status, asked, asker)
    case 'Unauthorized':
      return [
        unauthorizedHint(asker.credential(), asker),
        `kubectl auth whoami${asker.flags}  shows whether kubectl is let in`,
      ]
    case 'NotFound':
      return notFoundHints(asked, asker)
    case 'TooManyRequests':
    case 'ServiceUnavailable':
      return ['the server is busy or starting; try again']
    default:
      return []
  }
}

function unauthorizedHint(credential: string, asker: Asker): string {
  if (credential === '') {
    return `no credential was sent: kubectl config view --minify${asker.configFlag}  shows that the user has none`
  }
  const why = credential.includes('expired') ? '' : ', which may have expired'
  return `the server did not accept ${credential}${why}: sign in again`
}

function forbiddenHints(status: ApiStatus, asked: Asked, asker: Asker): string[] {
  if (!asked.type) return []
  // The refusal may be about quota or an admission webhook, which no right would change.
  if (!/cannot |forbidden: User/.test(status.message ?? 'cannot ')) return []
  const resource = qualifiedResource(asked.type)
  const words = [
    asked.verb,
    asked.name ? `${resource}/${asked.name}` : resource,
    ...(asked.subresource ? [`--subresource=${asked.subresource}`] : []),
    ...(asked.type.namespaced ? [asked.namespace ? `-n ${asked.namespace}` : '-A'] : []),
  ]
  const where = asked.type.namespaced
    ? asked.namespace
      ? ` in namespace ${asked.namespace}`
      : ' in all namespaces'
    : ''
  const what = asked.subresource ? `${resource}/${asked.subresource}` : resource
  return [
    `you need the right to ${asked.verb} ${what}${where}`,
    `kubectl auth can-i ${words.join(' ')}${asker.flags}  asks the server`,
  ]
}

const ownListing: Record<string, string> = {
  'rollouts.argoproj.io': 'kubectl canary rollout list',
  'experiments.argoproj.io': 'kubectl canary experiment list',
}

function notFoundHints(asked: Asked, asker: Asker): string[] {
  if (!asked.type?.namespaced || !asked.namespace || !asked.name || asked.verb === 'create') return []
  const resource = qualifiedResource(asked.type)
  const own = ownListing[resource]
  if (own !== undefined) {
    return [
      `${own} -n ${asked.namespace}${asker.flags}  lists what is there`,
      `${own} -A --field-selector metadata.name=${asked.name}${asker.flags}  looks in every namespace`,
    ]
  }
  return [
    `kubectl get ${resource} -n ${asked.namespace}${asker.flags}  lists what is there`,
    `kubectl get ${resource} -A --field-selector metadata.name=${asked.name}${asker.flags}  looks in every namespace`,
  ]
}

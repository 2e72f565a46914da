import type { ResourceType } from '../../context/kube-client.ts'

/** metav1.Status as the API server answers it. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: Record<string, never>
  status: 'Failure' | 'Success'
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: { reason: string; message: string; field?: string }[]
  retryAfterSeconds?: number
}

/** A request that the API server refuses; `status` is the body of its answer. */
export class StatusError extends Error {
  override readonly name = 'StatusError'
  readonly status: Status & { code: number; reason: string; message: string }

  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message)
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details ? { details } : {}),
      code,
    }
  }
}

/** `rollouts.argoproj.io`, `pods`: how the API server names a resource in its messages (schema.GroupResource). */
export function groupResource(type: Pick<ResourceType, 'group' | 'resource'>): string {
  return type.group === '' ? type.resource : `${type.resource}.${type.group}`
}

const detailsOf = (type: ResourceType, name: string, more: StatusDetails = {}): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(type.group === '' ? {} : { group: type.group }),
  kind: type.resource,
  ...more,
})

// Wordings: apimachinery pkg/api/errors/errors.go.

export function notFound(type: ResourceType, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${groupResource(type)} "${name}" not found`, detailsOf(type, name))
}

/** No such path, as for a CRD that is not installed: over HTTP no Status but a plain page. */
export class PageNotFound extends StatusError {
  constructor() {
    super(404, 'NotFound', 'the server could not find the requested resource', {})
  }
}

export function pathNotFound(): StatusError {
  return new PageNotFound()
}

export function alreadyExists(type: ResourceType, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${groupResource(type)} "${name}" already exists`, detailsOf(type, name))
}

export function conflict(type: ResourceType, name: string, why = modified): StatusError {
  const message = `Operation cannot be fulfilled on ${groupResource(type)} "${name}": ${why}`
  return new StatusError(409, 'Conflict', message, detailsOf(type, name))
}

/** A precondition of a deletion that does not hold; it is named by kind and not by resource. */
export function preconditionFailed(type: ResourceType, name: string, why: string): StatusError {
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`
  const message = `Operation cannot be fulfilled on ${kind} "${name}": ${why}`
  return new StatusError(409, 'Conflict', message, { ...detailsOf(type, name), kind: type.kind })
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again'

export interface FieldError {
  /** `Invalid value`, `Required value`, `Unsupported value`, `Forbidden` */
  type: string
  /** why it is one where that is not what its type says: a wrong JSON type is an `Invalid value` too */
  reason?: string
  field: string
  /** text after the type, as field.Error prints it: `"x": must be ...` */
  detail: string
}

const causeReasons: Record<string, string> = {
  'Invalid value': 'FieldValueInvalid',
  'Required value': 'FieldValueRequired',
  'Unsupported value': 'FieldValueNotSupported',
  Forbidden: 'FieldValueForbidden',
}

/** `Rollout.argoproj.io "x" is invalid: spec.replicas: Invalid value: ...`; several errors stand in brackets. */
export function invalid(type: ResourceType, name: string, errors: readonly FieldError[]): StatusError {
  const texts = errors.map(each => `${each.type}: ${each.detail}`)
  const lines = errors.map((each, index) => `${each.field}: ${texts[index]}`)
  const kind = type.group === '' ? type.kind : `${type.kind}.${type.group}`
  const list = lines.length === 1 ? lines[0] : `[${lines.join(', ')}]`
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(type.group === '' ? {} : { group: type.group }),
    kind: type.kind,
    causes: errors.map((each, index) => ({
      reason: each.reason ?? causeReasons[each.type] ?? 'FieldValueInvalid',
      message: texts[index] ?? '',
      field: each.field,
    })),
  })
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message)
}

/** A JSON patch that cannot be applied: the API server keeps the cause to itself. */
export function unprocessablePatch(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
}

export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message)
}

export function methodNotAllowed(): StatusError {
  return new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}

export function unsupportedMediaType(supported: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`
  return new StatusError(415, 'UnsupportedMediaType', message)
}

export function notAcceptable(supported: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${supported.join(', ')}`
  return new StatusError(406, 'NotAcceptable', message)
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized')
}

export function forbidden(options: {
  user: string
  verb: string
  type: ResourceType
  name?: string
  namespace?: string
  subresource?: string
}): StatusError {
  const { user, verb, type, name = '', namespace, subresource } = options
  const resource = subresource ? `${type.resource}/${subresource}` : type.resource
  const scope = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope'
  const what = `User "${user}" cannot ${verb} resource "${resource}" in API group "${type.group}" ${scope}`
  const subject = name === '' ? groupResource(type) : `${groupResource(type)} "${name}"`
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${what}`, detailsOf(type, name))
}

export function tooManyRequests(retryAfterSeconds: number): StatusError {
  const message = 'the server has received too many requests and has asked us to try again later'
  return new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds })
}

export function internalError(cause: string): StatusError {
  return new StatusError(500, 'InternalError', `Internal error occurred: ${cause}`, {
    causes: [{ reason: '', message: cause }],
  })
}

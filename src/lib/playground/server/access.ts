import type { ResourceType } from '../../context/kube-client.ts'
import { forbidden } from '../store/status-error.ts'
import type { User } from './api-request.ts'

export interface AccessAttributes {
  verb: string
  group: string
  resource: string
  subresource?: string
  namespace?: string
  name?: string
}

/** Whether a user may do something; the playground allows everything to everybody who has a credential. */
export type Authorizer = (user: User, attributes: AccessAttributes) => boolean

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

const publicPaths = /^\/(healthz|livez|readyz|version)(\/|$)/

export const isPublic = (path: string): boolean => publicPaths.test(path)

/** Throws what the API server answers to somebody who may not. */
export function authorize(authorizer: Authorizer, user: User, type: ResourceType, attributes: AccessAttributes): void {
  const isAllowed = user.name !== anonymous.name && authorizer(user, attributes)
  if (isAllowed) return
  const { verb, name, namespace, subresource } = attributes
  throw forbidden({
    user: user.name,
    verb,
    type,
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    ...(subresource ? { subresource } : {}),
  })
}

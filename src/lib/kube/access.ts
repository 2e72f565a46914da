import type { KubeClient, ResourceType } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'

export interface AccessQuestion {
  /** RBAC's verb: get, list, watch, create, update, patch, delete */
  verb: string
  group: string
  resource: string
  subresource?: string
  /** absent: in all namespaces, or of a cluster-scoped type */
  namespace?: string
  name?: string
}

export interface AccessAnswer {
  allowed: boolean
  /** what the authorizer says of it; often empty */
  reason: string
}

export interface WhoAmI {
  username: string
  uid?: string
  groups: string[]
  extra: Record<string, string[]>
}

const selfSubjectAccessReviews = reviewType('authorization.k8s.io', 'v1', 'SelfSubjectAccessReview')
const selfSubjectReviews = reviewType('authentication.k8s.io', 'v1', 'SelfSubjectReview')

/** Whether we may do it, by the API server's own answer (SelfSubjectAccessReview, as `kubectl auth can-i`). */
export async function canI(client: KubeClient, question: AccessQuestion): Promise<AccessAnswer> {
  const review = await client.create<AccessReview>(selfSubjectAccessReviews, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    // a review has no name, and the server refuses one
    metadata: { name: '' },
    spec: { resourceAttributes: question },
  })
  return { allowed: review.status?.allowed === true, reason: review.status?.reason ?? '' }
}

/** Who the server takes us for (SelfSubjectReview, as `kubectl auth whoami`; Kubernetes 1.28 and newer). */
export async function whoAmI(client: KubeClient): Promise<WhoAmI> {
  const review = await client.create<SubjectReview>(selfSubjectReviews, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    metadata: { name: '' },
  })
  const { username = '', uid, groups = [], extra = {} } = review.status?.userInfo ?? {}
  return { username, uid, groups, extra }
}

interface AccessReview extends KubeObject {
  spec: { resourceAttributes: AccessQuestion }
  status?: { allowed?: boolean; reason?: string }
}

interface SubjectReview extends KubeObject {
  status?: { userInfo?: { username?: string; uid?: string; groups?: string[]; extra?: Record<string, string[]> } }
}

function reviewType(group: string, version: string, kind: string): ResourceType {
  return { group, version, resource: `${kind.toLowerCase()}s`, kind, namespaced: false }
}

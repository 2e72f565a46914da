import type { KubeClient, ObjectRef, ResourceType } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { Failure } from '../../values/failure.ts'
import { loadRolloutObjects } from '../load.ts'
import { explain } from './explain.ts'
import type { Explanation } from './explanation.ts'
import { gatherEvidence } from './gather.ts'

const accessReviews: ResourceType = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'selfsubjectaccessreviews',
  kind: 'SelfSubjectAccessReview',
  namespaced: false,
}

interface AccessReview extends KubeObject {
  spec: { resourceAttributes: Record<string, string> }
  status?: { allowed?: boolean }
}

/**
 * Explains one rollout: reads it and what stands around it, gathers what its state calls for, and asks the server only
 * about those permissions that a suggested command would need.
 *
 * @throws Failure `error`, reason `NotFound` when there is no such rollout
 */
export async function explainRollout(client: KubeClient, ref: ObjectRef, nowMs: number): Promise<Explanation> {
  const objects = await loadRolloutObjects(client, ref)
  const evidence = await gatherEvidence(client, objects, nowMs)
  const namespace = objects.rollout.metadata.namespace ?? client.namespace
  const draft = explain(evidence, nowMs)
  const permissions = await askPermissions(client, namespace, neededPermissions(draft))
  return explain({ ...evidence, permissions }, nowMs)
}

/** `patch rollouts/status`, ...: what the commands need that an explanation suggests. */
function neededPermissions({ findings, goOn, goBack }: Explanation): string[] {
  const openings = [...findings.flatMap(finding => finding.opensWith), ...goOn, ...goBack]
  return [...new Set(openings.flatMap(opening => opening.needs ?? []))].sort()
}

async function askPermissions(client: KubeClient, namespace: string, needs: readonly string[]) {
  const answers = await Promise.all(needs.map(async need => [need, await isAllowed(client, namespace, need)] as const))
  return Object.fromEntries(answers.flatMap(([need, allowed]) => (allowed === undefined ? [] : [[need, allowed]])))
}

async function isAllowed(client: KubeClient, namespace: string, need: string): Promise<boolean | undefined> {
  const [verb = '', resources = ''] = need.split(' ')
  const [resource = '', subresource] = resources.split('/')
  const group = resource === 'rollouts' ? 'argoproj.io' : resource === 'deployments' ? 'apps' : ''
  try {
    const review = await client.create<AccessReview>(accessReviews, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: { name: '' },
      spec: {
        resourceAttributes: { namespace, verb, group, resource, ...(subresource !== undefined && { subresource }) },
      },
    })
    return review.status?.allowed
  } catch (error) {
    // Whoever may not even ask is told the command all the same.
    if (error instanceof Failure) return undefined
    throw error
  }
}

import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { canI } from '../../kube/access.ts'
import { Failure } from '../../values/failure.ts'
import { loadRolloutObjects } from '../observe/load.ts'
import { explain } from './explain.ts'
import type { Explanation } from './explanation.ts'
import { gatherEvidence } from './gather.ts'

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
  const asked = await askPermissions(client, namespace, neededPermissions(draft))
  return explain({ ...evidence, permissions: { ...evidence.permissions, ...asked } }, nowMs)
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
  const question = { verb, group, resource, namespace, ...(subresource !== undefined && { subresource }) }
  try {
    return (await canI(client, question)).allowed
  } catch (error) {
    // Whoever may not even ask is told the command all the same.
    if (error instanceof Failure) return undefined
    throw error
  }
}

import type { KubeClient, ObjectRef } from '../../context/kube-client.ts'
import { objectPath, withQuery } from '../../kube/resource-path.ts'
import { rollouts } from '../../kube/resource-types.ts'
import { Failure, usage } from '../../values/failure.ts'
import type { Rollout } from '../rollout.ts'
import type { WantedVersion } from './version.ts'

type ChangedSince = NonNullable<WantedVersion['changedSince']>

/**
 * Reads `--changed-since RESOURCEVERSION|TIME`.
 *
 * @throws Failure `usage`
 */
export function parseChangedSince(text: string): ChangedSince {
  if (/^\d+$/.test(text)) return { resourceVersion: text }
  const timeMs = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(timeMs)) {
    throw usage(`invalid --changed-since ${JSON.stringify(text)}: neither a resourceVersion nor a time`, {
      reason: 'InvalidArgument',
      hints: ['for example: 123456 (metadata.resourceVersion) or 2026-11-24T12:00:00Z'],
    })
  }
  return { timeMs }
}

/**
 * Adds the rollout as it was at that resourceVersion, as long as the server remembers it (five minutes as a rule): with
 * it a change of replica counts is told apart from a new version. One request; nothing is lost when it fails.
 */
export async function withBase(client: KubeClient, ref: ObjectRef, since: ChangedSince): Promise<ChangedSince> {
  if (!('resourceVersion' in since)) return since
  const { resourceVersion } = since
  const collection = objectPath(rollouts, ref.namespace ?? client.namespace, '').replace(/\/$/, '')
  const path = withQuery(collection, {
    fieldSelector: `metadata.name=${ref.name}`,
    resourceVersion,
    resourceVersionMatch: 'Exact',
  })
  try {
    const answer = await client.raw({ path })
    const [base] = (JSON.parse(answer.body) as { items?: Rollout[] }).items ?? []
    return base ? { resourceVersion, base } : since
  } catch (error) {
    if (error instanceof Failure || error instanceof SyntaxError) return since
    throw error
  }
}

import type { KubeClient, ObjectRef } from '../context/kube-client.ts'
import { parseChangedSince, withBase } from '../rollouts/wait/changed-since.ts'
import type { WantedVersion } from '../rollouts/wait/version.ts'
import { text } from './flags.ts'

/** The version that is meant: until the rollout is at it, what it says is no answer. */
export const versionFlags = {
  image: text({ summary: 'only when it is at this image', value: 'REPO:TAG', group: 'waiting' }),
  'pod-hash': text({ summary: 'only when it is at this pod template hash', value: 'HASH', group: 'waiting' }),
  'changed-since': text({
    summary: 'only when it has changed since this resourceVersion or time',
    value: 'VERSION|TIME',
    group: 'waiting',
  }),
}

export interface VersionInput {
  image?: string | undefined
  'pod-hash'?: string | undefined
  'changed-since'?: string | undefined
}

/** @throws Failure `usage`; asks the server once for `--changed-since RESOURCEVERSION` */
export async function versionFrom(
  flags: VersionInput,
  ref: ObjectRef,
  client: () => Promise<KubeClient>,
): Promise<WantedVersion | undefined> {
  const { image, 'pod-hash': podHash, 'changed-since': since } = flags
  if (image === undefined && podHash === undefined && since === undefined) return undefined
  const changedSince = since === undefined ? undefined : parseChangedSince(since)
  return {
    ...(image === undefined ? {} : { image }),
    ...(podHash === undefined ? {} : { podHash }),
    ...(changedSince === undefined ? {} : { changedSince: await withBase(await client(), ref, changedSince) }),
  }
}

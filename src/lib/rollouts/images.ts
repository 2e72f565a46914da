import type { ReplicaSetInfo } from './info/replica-set-info.ts'
import { tagOrder } from './info/tags.ts'
import { compareText } from './ownership.ts'

export interface ImageInfo {
  image: string
  /** `canary`, `stable`, ..., and `Σ:TEMPLATE` for what an experiment runs */
  tags: string[]
}

/**
 * Images that run now, each with the roles of the ReplicaSets that run it; init containers are left out. One image in
 * several roles appears once, its tags then in alphabetical order. Follows argo-rollouts info/info.go, Images.
 */
export function runningImages(
  replicaSets: readonly ReplicaSetInfo[],
  experiments: readonly { replicaSets: readonly ReplicaSetInfo[] }[],
): ImageInfo[] {
  const images = new Map<string, ImageInfo>()
  const add = (image: string, tags: readonly string[]) => {
    const known = images.get(image)
    if (known) known.tags = [...new Set([...known.tags, ...tags])].sort(compareText)
    else images.set(image, { image, tags: [...tags] })
  }
  const running = (each: ReplicaSetInfo) => each.replicas > 0
  for (const replicaSet of replicaSets.filter(running)) {
    const tags = tagOrder.filter(tag => replicaSet.tags.includes(tag))
    for (const image of replicaSet.images) add(image, tags)
  }
  for (const replicaSet of experiments.flatMap(experiment => experiment.replicaSets).filter(running)) {
    const tags = replicaSet.template ? [`Σ:${replicaSet.template}`] : []
    for (const image of replicaSet.images) add(image, tags)
  }
  return [...images.values()].sort((a, b) => compareText(a.image, b.image))
}

/** `image (tag, tag)` */
export function imageText({ image, tags }: ImageInfo): string {
  return tags.length > 0 ? `${image} (${tags.join(', ')})` : image
}

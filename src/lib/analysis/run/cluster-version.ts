import type { KubeClient } from '../../context/kube-client.ts'
import type { Deployment } from '../../kube/core-objects.ts'
import { deployments } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import type { ControllerVersion } from '../analysis.ts'

/** Where argo-rollouts' own manifests put the controller. */
const usualPlace = { namespace: 'argo-rollouts', name: 'argo-rollouts' }

/**
 * Whose rules the cluster's controller follows, by the image of its Deployment: one request, only if the cluster has been
 * asked for something already. Undefined where that does not tell.
 */
export async function clusterVersion(client: KubeClient | undefined): Promise<ControllerVersion | undefined> {
  if (!client) return undefined
  try {
    const { spec } = await client.get<Deployment>(deployments, usualPlace)
    const images = (spec?.template?.spec?.containers ?? []).flatMap(({ image }) => (image ? [image] : []))
    return images.map(versionOfImage).find(version => version !== undefined)
  } catch (error) {
    if (error instanceof Failure && error.outcome === 'error') return undefined
    throw error
  }
}

/** Of `quay.io/argoproj/argo-rollouts:v1.9.1`. */
function versionOfImage(image: string): ControllerVersion | undefined {
  const [, tag] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? []
  return tag === undefined ? undefined : controllerRules(tag)
}

/** The rules of a controller by its version or image tag: everything before 1.10 is as 1.9. Undefined for other text. */
export function controllerRules(version: string): ControllerVersion | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)(?:\.\d+)?(?:[-+].*)?$/.exec(version) ?? []
  if (major === undefined || minor === undefined) return undefined
  return Number(major) > 1 || Number(minor) >= 10 ? '1.10' : '1.9'
}

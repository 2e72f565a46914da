import { isObject, type Json } from './json.ts'

/** Lists of Kubernetes' own kinds that are maps in truth, with the fields that name an element (api/core/v1 patch tags). */
const keysOfList: Record<string, string[]> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  conditions: ['type'],
  ownerReferences: ['uid'],
  imagePullSecrets: ['name'],
  readinessGates: ['conditionType'],
}

/** The fields that name an element of this list, or undefined where the list is replaced as a whole. */
export function listKey(field: string, elements: readonly Json[]): string[] | undefined {
  const keys =
    field === 'ports'
      ? portKeys(elements)
      : field === 'conditions' && !isTyped(elements)
        ? undefined
        : keysOfList[field]
  if (!keys) return undefined
  return elements.every(each => isObject(each) && each[keys[0] as string] !== undefined) ? keys : undefined
}

const isTyped = (elements: readonly Json[]) => elements.every(each => isObject(each) && each.type !== undefined)

/** A container's ports are named by containerPort, a Service's by port. */
function portKeys(elements: readonly Json[]): string[] {
  const isContainer = elements.some(each => isObject(each) && each.containerPort !== undefined)
  return [isContainer ? 'containerPort' : 'port', 'protocol']
}

import type { ReplicaSet, Service } from '../../../kube/core-objects.ts'
import { services } from '../../../kube/resource-types.ts'
import { refOf } from '../../store/garbage.ts'
import { available, hashLabel, hashOf, managedByAnnotation, wanted } from './replica-sets.ts'
import { canaryOf } from './strategy.ts'
import { manager, note, type Sync } from './sync.ts'

export function findService({ environment, rollout }: Sync, name: string | undefined): Service | undefined {
  if (!name) return undefined
  return environment.store.find<Service>(services, { namespace: rollout.metadata.namespace ?? 'default', name })
}

export const selectedHash = (service: Service | undefined): string => service?.spec?.selector?.[hashLabel] ?? ''

/** Points a Service at the pods of one version, and marks it as managed on first use (switchServiceSelector). */
export function switchService(sync: Sync, service: Service, hash: string): Service {
  const { rollout, environment } = sync
  const before = selectedHash(service)
  const isManaged = Boolean(service.metadata.annotations?.[managedByAnnotation])
  if (before === hash && isManaged) return service
  const body = {
    ...(isManaged ? {} : { metadata: { annotations: { [managedByAnnotation]: rollout.metadata.name } } }),
    spec: { selector: { [hashLabel]: hash } },
  }
  const patch = { type: 'strategic' as const, body }
  const updated = environment.store.patch<Service>(services, refOf(service), patch, { manager })
  const message = `Switched selector for service '${service.metadata.name}' from '${before}' to '${hash}'`
  note(sync, 'Normal', 'SwitchService', message)
  return updated
}

/** The canary's own services follow the versions as soon as these can serve (reconcileStableAndCanaryService). */
export function switchCanaryServices(sync: Sync): void {
  const canary = canaryOf(sync.rollout)
  if (!canary) return
  pointAt(sync, canary.stableService, sync.stableRS)
  const isAborted = sync.pause.isAborted(sync.rollout) && !canary.trafficRouting
  pointAt(sync, canary.canaryService, isAborted ? sync.stableRS : sync.newRS)
}

/**
 * Points the Service at a version that has available pods; a Service that was not managed before waits until all of
 * them are (ensureSVCTargets).
 */
export function pointAt(sync: Sync, name: string | undefined, replicaSet: ReplicaSet | undefined, checks = true): void {
  const service = findService(sync, name)
  if (!service || !replicaSet || selectedHash(service) === hashOf(replicaSet)) return
  const isManaged = Boolean(service.metadata.annotations?.[managedByAnnotation])
  const isFull = wanted(replicaSet) > 0 && available(replicaSet) >= wanted(replicaSet)
  if (checks && !isManaged && !isFull) return
  if (checks && available(replicaSet) === 0) return
  switchService(sync, service, hashOf(replicaSet))
}

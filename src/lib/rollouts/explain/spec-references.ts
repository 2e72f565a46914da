import type { Rollout } from '../rollout.ts'

export interface FieldReference {
  /** path of the field */
  field: string
  name: string
}

/** Services that the spec names, each once per field. */
export function servicesInSpec(rollout: Rollout): FieldReference[] {
  const { canary, blueGreen } = rollout.spec.strategy ?? {}
  const fields: [string, string | undefined][] = [
    ['spec.strategy.canary.canaryService', canary?.canaryService],
    ['spec.strategy.canary.stableService', canary?.stableService],
    ['spec.strategy.canary.pingPong.pingService', canary?.pingPong?.pingService],
    ['spec.strategy.canary.pingPong.pongService', canary?.pingPong?.pongService],
    ['spec.strategy.canary.trafficRouting.alb.rootService', canary?.trafficRouting?.alb?.rootService],
    ['spec.strategy.canary.trafficRouting.smi.rootService', canary?.trafficRouting?.smi?.rootService],
    ['spec.strategy.blueGreen.activeService', blueGreen?.activeService],
    ['spec.strategy.blueGreen.previewService', blueGreen?.previewService],
  ]
  return fields.flatMap(([field, name]) => (name ? [{ field, name }] : []))
}

/** Ingresses that the traffic routing names. */
export function ingressesInSpec(rollout: Rollout): string[] {
  const routing = rollout.spec.strategy?.canary?.trafficRouting
  const names = [
    routing?.nginx?.stableIngress,
    ...(routing?.nginx?.stableIngresses ?? []),
    routing?.alb?.ingress,
    ...(routing?.alb?.ingresses ?? []),
  ]
  return [...new Set(names.flatMap(name => (name ? [name] : [])))]
}

/** Istio objects that the traffic routing names; a name may carry its namespace, `NAME.NAMESPACE`. */
export function istioObjectsInSpec(rollout: Rollout): { kind: 'VirtualService' | 'DestinationRule'; name: string }[] {
  const istio = rollout.spec.strategy?.canary?.trafficRouting?.istio
  const services = [istio?.virtualService?.name, ...(istio?.virtualServices ?? []).map(each => each.name)]
  return [
    ...services.flatMap(name => (name ? [{ kind: 'VirtualService' as const, name }] : [])),
    ...(istio?.destinationRule?.name ? [{ kind: 'DestinationRule' as const, name: istio.destinationRule.name }] : []),
  ]
}

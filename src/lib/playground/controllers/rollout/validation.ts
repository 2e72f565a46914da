import { ingresses, services } from '../../../kube/resource-types.ts'
import type { Rollout } from '../../../rollouts/rollout.ts'
import { maxWeight } from '../../../rollouts/steps.ts'
import { labelSelector, selectorText } from '../../store/selectors.ts'
import type { Environment } from '../environment.ts'
import { missingTemplateProblem, templateProblem } from './analysis-validation.ts'
import { invalid, required } from './field-error.ts'
import { findService } from './services.ts'
import { canaryOf, pauseSeconds } from './strategy.ts'
import type { Sync } from './sync.ts'

/**
 * The first thing that the controller finds wrong with a rollout, as the InvalidSpec condition words it; undefined
 * when it can work with it (argo-rollouts pkg/apis/rollouts/validation; pod templates are checked for their labels and
 * containers only).
 */
export function firstProblem(sync: Sync): string | undefined {
  const { rollout, environment } = sync
  const problems = [specProblems, strategyProblems, stepProblems]
  return (
    problems.map(check => check(rollout, sync.isTemplateFromRef)[0]).find(each => each !== undefined) ??
    missingServiceProblem(rollout, environment) ??
    missingTemplateProblem(rollout, environment) ??
    ingressProblem(rollout, environment) ??
    servicesOf(rollout)
      .map(([field, name]) => mismatch(sync, field, name))
      .find(each => each !== undefined) ??
    templateProblem(rollout, environment)
  )
}

function specProblems({ spec }: Rollout, isTemplateFromRef: boolean): string[] {
  const problems: string[] = []
  const replicas = spec.replicas ?? 1
  if (replicas < 0) problems.push(invalid('spec.replicas', replicas, 'must be greater than or equal to 0'))
  const count = Object.keys(spec.selector?.matchLabels ?? {}).length + (spec.selector?.matchExpressions?.length ?? 0)
  if (!spec.workloadRef) {
    if (!spec.selector) problems.push(required('spec.selector', "Rollout has missing field '.spec.selector'"))
    else if (count === 0) {
      problems.push(invalid('spec.selector', spec.selector, 'empty selector is invalid for deployment'))
    }
  }
  if (!spec.workloadRef || isTemplateFromRef) {
    const labels = spec.template?.metadata?.labels
    if (spec.selector && !labelSelector(selectorText(spec.selector))(labels)) {
      const why = '`selector` does not match template `labels`'
      problems.push(invalid('spec.template.metadata.labels', labels ?? {}, why))
    }
    if (!spec.template?.spec?.containers?.length) problems.push(required('spec.template.spec.containers', ''))
  }
  const deadline = spec.progressDeadlineSeconds ?? 600
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    problems.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'))
  }
  return problems
}

function strategyProblems(rollout: Rollout): string[] {
  const { strategy = {} } = rollout.spec
  const at = 'spec.strategy'
  const { canary, blueGreen } = strategy
  if (!canary && !blueGreen) {
    const why = "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'"
    return [required(`${at}.strategy`, why)]
  }
  if (canary && blueGreen) {
    return [invalid(`${at}.strategy`, 'blueGreen: true canary: true', 'Multiple Strategies can not be listed')]
  }
  if (blueGreen) {
    const isSame = (blueGreen.activeService ?? '') === (blueGreen.previewService ?? '')
    const why =
      'This rollout uses the same service for the active and preview services, but two different services are required.'
    return isSame ? [invalid(`${at}.activeService`, blueGreen.activeService ?? '', why)] : []
  }
  return canaryProblems(rollout)
}

function canaryProblems(rollout: Rollout): string[] {
  const canary = canaryOf(rollout) ?? {}
  const at = 'spec.strategy'
  const problems: string[] = []
  const isZero = (value: number | string | undefined) => value === 0 || value === '0' || value === '0%'
  if (isZero(canary.maxSurge) && isZero(canary.maxUnavailable)) {
    problems.push(invalid(`${at}.maxSurge`, canary.maxSurge, 'MaxSurge and MaxUnavailable both can not be zero'))
  }
  const { canaryService = '', stableService = '', trafficRouting } = canary
  if (canaryService !== '' && canaryService === stableService) {
    const why =
      'This rollout uses the same service for the stable and canary services, but two different services are required.'
    problems.push(invalid(`${at}.stableService`, stableService, why))
  }
  if (needsServices(rollout)) {
    const why = 'Canary service and Stable service must to be set to use Traffic Routing'
    if (stableService === '') problems.push(invalid(`${at}.stableService`, '', why))
    if (canaryService === '') problems.push(invalid(`${at}.canaryService`, '', why))
  }
  if (!trafficRouting && canary.scaleDownDelaySeconds !== undefined) {
    const why = 'Canary scaleDownDelaySeconds can only be used with traffic routing'
    problems.push(invalid(`${at}.scaleDownDelaySeconds`, canary.scaleDownDelaySeconds, why))
  }
  if (!trafficRouting && canary.dynamicStableScale) {
    problems.push(
      invalid(`${at}.dynamicStableScale`, true, 'Canary dynamicStableScale can only be used with traffic routing'),
    )
  }
  return problems
}

function needsServices(rollout: Rollout): boolean {
  const canary = canaryOf(rollout)
  const { alb, istio, smi, apisix, ambassador, nginx, appMesh, traefik } = canary?.trafficRouting ?? {}
  const byIstio = istio !== undefined && !istio.destinationRule && !canary?.pingPong
  return Boolean(smi || apisix || ambassador || nginx || appMesh || traefik || byIstio || (alb && !canary?.pingPong))
}

function stepProblems(rollout: Rollout): string[] {
  const problems: string[] = []
  const canary = canaryOf(rollout)
  for (const [index, step] of (canary?.steps ?? []).entries()) {
    const at = `spec.strategy.steps[${index}]`
    const isKnown = Object.values(step).some(value => value !== undefined && value !== null)
    const max = maxWeight(rollout)
    if (!isKnown) {
      const kinds = [
        'Experiment',
        'Pause',
        'SetWeight',
        'Analysis',
        'SetCanaryScale',
        'SetHeaderRoute',
        'SetMirrorRoute',
        'Plugin',
      ]
      const value = kinds.map(kind => `step.${kind}: true`).join(' ')
      const why = 'Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause'
      problems.push(invalid(at, value, why))
    }
    if (step.setWeight !== undefined && (step.setWeight < 0 || step.setWeight > max)) {
      problems.push(invalid(`${at}.setWeight`, step.setWeight, `SetWeight needs to be between 0 and ${max}`))
    }
    const seconds = step.pause ? secondsOrInvalid(step.pause.duration) : undefined
    if (seconds !== undefined && seconds < 0) {
      problems.push(invalid(`${at}.pause.duration`, seconds, 'Duration needs to be greater than 0'))
    }
    if (step.setCanaryScale && !canary?.trafficRouting) {
      const value = { ...step.setCanaryScale }
      problems.push(invalid(`${at}.trafficRouting`, value, 'SetCanaryScale requires TrafficRouting to be set'))
    }
  }
  return problems
}

/** An unreadable duration is -1 upstream (RolloutPause.DurationSeconds). */
function secondsOrInvalid(duration: number | string | undefined): number | undefined {
  try {
    return pauseSeconds(duration)
  } catch {
    return -1
  }
}

function servicesOf({ spec }: Rollout): [field: string, name: string][] {
  const { canary, blueGreen } = spec.strategy ?? {}
  const named: [field: string, name: string | undefined][] = blueGreen
    ? [
        ['spec.strategy.blueGreen.activeService', blueGreen.activeService],
        ['spec.strategy.blueGreen.previewService', blueGreen.previewService],
      ]
    : [
        ['spec.strategy.canary.stableService', canary?.stableService],
        ['spec.strategy.canary.canaryService', canary?.canaryService],
        ['spec.strategy.canary.pingPong.pingService', canary?.pingPong?.pingService],
        ['spec.strategy.canary.pingPong.pongService', canary?.pingPong?.pongService],
      ]
  return named.flatMap(([field, name]): [string, string][] => (name ? [[field, name]] : []))
}

function missingServiceProblem(rollout: Rollout, { store }: Environment): string | undefined {
  const namespace = rollout.metadata.namespace ?? 'default'
  const missing = servicesOf(rollout).find(([, name]) => !store.find(services, { namespace, name }))
  return missing && invalid(missing[0], missing[1], `service "${missing[1]}" not found`)
}

/** A Service whose selector asks for labels that the pods do not have (ValidateService). */
function mismatch(sync: Sync, field: string, name: string): string | undefined {
  const service = findService(sync, name)
  const labels = sync.rollout.spec.template?.metadata?.labels ?? {}
  const wrong = Object.entries(service?.spec?.selector ?? {}).find(
    ([key, value]) => key !== 'rollouts-pod-template-hash' && labels[key] !== value,
  )
  if (wrong) return invalid(field, name, `Service "${name}" has unmatch label "${wrong[0]}" in rollout`)
  const managedBy = service?.metadata.annotations?.['argo-rollouts.argoproj.io/managed-by-rollouts']
  const isForeign = managedBy !== undefined && managedBy !== sync.rollout.metadata.name
  return isForeign ? invalid(field, name, `Service "${name}" is managed by another Rollout`) : undefined
}

function ingressProblem(rollout: Rollout, { store }: Environment): string | undefined {
  const { nginx, alb } = canaryOf(rollout)?.trafficRouting ?? {}
  const at = 'spec.strategy.canary.trafficRouting'
  const [field, value] = alb
    ? alb.ingresses
      ? [`${at}.alb.ingresses`, alb.ingresses]
      : [`${at}.alb.ingress`, alb.ingress ?? '']
    : nginx
      ? nginx.stableIngresses
        ? [`${at}.nginx.StableIngresses`, nginx.stableIngresses]
        : [`${at}.nginx.stableIngress`, nginx.stableIngress ?? '']
      : ['', '']
  const namespace = rollout.metadata.namespace ?? 'default'
  const missing = [value].flat().find(name => name !== '' && !store.find(ingresses, { namespace, name }))
  return missing && invalid(field, value, `ingress.networking.k8s.io "${missing}" not found`)
}

import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import type { CanaryStep, Rollout, RolloutSpec } from '../../src/lib/rollouts/rollout.ts'

const labels = { app: 'web' }
const annotationPrefix = 'kubectl-canary.test/'

/** How the pods of a version fare; understood by the playground and by the fake nodes of the real control plane. */
export interface PodFate {
  behavior?: 'not-ready' | 'crash' | 'oom' | 'image-pull' | 'pending' | 'gated'
  /** Go duration until Ready */
  'ready-after'?: string
  /** Go duration in Terminating */
  'delete-after'?: string
}

/** What is said about one version of a rollout. */
export interface Version {
  image?: string
  pods?: PodFate
  /** fields of the container */
  container?: object
  /** fields of the pod's spec */
  pod?: object
}

/** The pod template of a version. */
export function template({ image = 'docker.io/library/web:1', pods = {}, container = {}, pod = {} }: Version = {}) {
  const annotations = Object.fromEntries(
    Object.entries(pods).map(([key, value]) => [`${annotationPrefix}${key}`, value]),
  )
  return {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'app', image, ...container }], ...pod },
  }
}

export type RolloutOptions = Version & {
  name?: string
  spec?: Partial<RolloutSpec>
  annotations?: Record<string, string>
}

function rollout(strategy: object, { name = 'web', spec = {}, annotations, ...version }: RolloutOptions): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name, labels, ...(annotations ? { annotations } : {}) },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: template(version),
      strategy,
      ...spec,
    } as RolloutSpec,
  }
}

/** A canary with these steps and two pods. */
export function canary(steps: CanaryStep[], options: RolloutOptions & { canary?: object } = {}): Rollout {
  const { canary = {}, ...rest } = options
  return rollout({ canary: { steps, maxSurge: 1, maxUnavailable: 0, ...canary } }, rest)
}

/** Blue-green with the services `active` and `preview`, promoted by hand. */
export function blueGreen(options: RolloutOptions & { blueGreen?: object } = {}): Rollout {
  const { blueGreen = {}, ...rest } = options
  const defaults = { activeService: 'active', previewService: 'preview', autoPromotionEnabled: false }
  return rollout({ blueGreen: { ...defaults, scaleDownDelaySeconds: 1, ...blueGreen } }, rest)
}

export function service(name: string): KubeObject {
  return object('v1', 'Service', name, { spec: { selector: labels, ports: [{ port: 80 }] } })
}

/** An AnalysisTemplate with one web metric, measured every second. */
export function analysisTemplate(name: string, url: string, metric: object = {}): KubeObject {
  return object('argoproj.io/v1alpha1', 'AnalysisTemplate', name, {
    spec: {
      metrics: [
        {
          name: 'success-rate',
          successCondition: 'result >= 0.95',
          failureCondition: 'result < 0.9',
          provider: { web: { url, jsonPath: '{$.value}' } },
          ...metric,
        },
      ],
    },
  })
}

export function object(apiVersion: string, kind: string, name: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name }, ...rest } as KubeObject
}

/** setWeight 50, a pause, setWeight 75, a pause: 4 steps, paused at 1 and 3. */
export const twoPauses: CanaryStep[] = [{ setWeight: 50 }, { pause: {} }, { setWeight: 75 }, { pause: {} }]

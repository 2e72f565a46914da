import { copy, isObject, type JsonObject } from './json.ts'

/** A pod's spec with the defaults that the API server writes into it (kubernetes pkg/apis/core/v1/defaults.go). */
export function withPodDefaults(spec: unknown): JsonObject {
  const result = isObject(spec) ? copy(spec) : {}
  for (const list of ['containers', 'initContainers']) {
    if (Array.isArray(result[list])) result[list] = result[list].map(each => (isObject(each) ? container(each) : each))
  }
  const defaults = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  }
  return { ...defaults, ...result }
}

function container(given: JsonObject): JsonObject {
  const result: JsonObject = {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(String(given.image ?? '')),
    ...given,
  }
  if (Array.isArray(result.ports)) {
    result.ports = result.ports.map(each => (isObject(each) ? { protocol: 'TCP', ...each } : each))
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = result[name]
    if (isObject(probe)) result[name] = withProbeDefaults(probe)
  }
  return result
}

function withProbeDefaults(given: JsonObject): JsonObject {
  const defaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }
  const { httpGet } = given
  return { ...defaults, ...given, ...(isObject(httpGet) ? { httpGet: { path: '/', scheme: 'HTTP', ...httpGet } } : {}) }
}

/** `latest`, said or not, is pulled always. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent'
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? 'latest'
  return tag === 'latest' ? 'Always' : 'IfNotPresent'
}

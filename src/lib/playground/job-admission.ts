import { isObject, type JsonObject } from './store/json.ts'
import { listOf, partOf } from './store/json-parts.ts'
import { withPodDefaults } from './store/pod-defaults.ts'
import type { FieldError } from './store/status-error.ts'

/** Labels and selector by its uid, as the strategy of batch/v1 gives them; a pod that is always restarted is refused. */
export function completeJob(object: JsonObject): FieldError[] {
  const metadata = partOf(object, 'metadata')
  const spec = partOf(object, 'spec')
  const template = partOf(spec, 'template')
  const labels = partOf(partOf(template, 'metadata'), 'labels')
  const prefix = 'batch.kubernetes.io/'
  for (const key of ['', prefix]) {
    labels[`${key}controller-uid`] = metadata.uid ?? ''
    labels[`${key}job-name`] = metadata.name ?? ''
  }
  spec.selector ??= { matchLabels: { [`${prefix}controller-uid`]: metadata.uid ?? '' } }
  spec.backoffLimit ??= 6
  spec.completions ??= 1
  spec.parallelism ??= 1
  spec.completionMode ??= 'NonIndexed'
  spec.suspend ??= false
  const pod = withPodDefaults(template.spec)
  template.spec = pod
  const containers = isObject(pod) ? listOf(pod.containers) : []
  const field = 'spec.template.spec'
  const errors: FieldError[] = []
  if (containers.length === 0) errors.push({ type: 'Required value', field: `${field}.containers`, detail: '' })
  const policy = isObject(pod) ? pod.restartPolicy : undefined
  if (policy !== 'Never' && policy !== 'OnFailure') {
    const detail = `${JSON.stringify(policy ?? '')}: supported values: "OnFailure", "Never"`
    errors.push({ type: 'Unsupported value', field: `${field}.restartPolicy`, detail })
  }
  for (const name of ['backoffLimit', 'completions', 'parallelism', 'activeDeadlineSeconds']) {
    const value = spec[name]
    if (typeof value !== 'number' || value >= 0) continue
    const detail = `${value}: must be greater than or equal to 0`
    errors.push({ type: 'Invalid value', field: `spec.${name}`, detail })
  }
  return errors
}

import type { LabelSelector } from '../../context/kube-object.ts'
import { podHashLabel } from '../ownership.ts'

/**
 * A label selector as a list or watch takes it; undefined for one that selects everything, which nothing of ours may
 * ask for by accident. Follows k8s.io/apimachinery FormatLabelSelector.
 */
export function selectorText(selector: LabelSelector | undefined): string | undefined {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`)
  const expressions = (selector?.matchExpressions ?? []).flatMap(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In':
        return [`${key} in (${values.join(',')})`]
      case 'NotIn':
        return [`${key} notin (${values.join(',')})`]
      case 'Exists':
        return [key]
      case 'DoesNotExist':
        return [`!${key}`]
      default:
        return []
    }
  })
  const terms = [...labels, ...expressions]
  return terms.length > 0 ? terms.join(',') : undefined
}

/** Selects what carries one of these pod template hashes; undefined for none. */
export function podHashSelector(hashes: Iterable<string | undefined>): string | undefined {
  const known = [...new Set(hashes)].filter(hash => hash !== undefined && hash !== '').sort()
  return known.length > 0 ? `${podHashLabel} in (${known.join(',')})` : undefined
}

import { format } from '../expr/go/format.ts'
import { goQuote } from '../expr/go/quote.ts'
import type { Rollout } from '../rollouts/rollout.ts'
import type { Argument } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'

/** An argument as a Rollout's analysis lists it. */
export interface RolloutArgument {
  name: string
  value?: string
  valueFrom?: { podTemplateHashValue?: 'Latest' | 'Stable'; fieldRef?: { fieldPath: string } }
}

export interface PodHashes {
  latest: string
  stable: string
}

/**
 * The arguments that a Rollout sends to its run (argo-rollouts utils/analysis/factory.go
 * BuildArgumentsForRolloutAnalysisRun). Every one has a value: an argument without one sends "", which overrides the
 * template's default.
 *
 * @throws AnalysisError for a field of the Rollout that cannot be read
 */
export function rolloutArguments(args: readonly RolloutArgument[], rollout: Rollout, hashes: PodHashes): Argument[] {
  return args.map(({ name, value = '', valueFrom = {} }) => {
    const { podTemplateHashValue, fieldRef } = valueFrom
    if (fieldRef) return { name, value: fieldOf(rollout, fieldRef.fieldPath) }
    if (podTemplateHashValue === 'Latest') return { name, value: hashes.latest }
    return { name, value: podTemplateHashValue === 'Stable' ? hashes.stable : value }
  })
}

const fieldOf = (rollout: Rollout, path: string) =>
  path.startsWith('metadata') ? metadataField(rollout, path) : plainField(rollout, path)

/** Kubernetes' downward API (pkg/fieldpath): bracket form for one key, and a key that is missing is "". */
function metadataField({ metadata }: Rollout, path: string): string {
  const [, map, key] = /^(.+?)\['(.*)'\]$/s.exec(path) ?? []
  if (map !== undefined && key !== undefined) {
    if (map !== 'metadata.labels' && map !== 'metadata.annotations')
      throw new AnalysisError(`fieldPath ${goQuote(path)} does not support subscript`)
    const entries = (map === 'metadata.labels' ? metadata.labels : metadata.annotations) ?? {}
    return Object.hasOwn(entries, key) ? (entries[key] ?? '') : ''
  }
  switch (path) {
    case 'metadata.name':
      return metadata.name ?? ''
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return lines(metadata.labels)
    case 'metadata.annotations':
      return lines(metadata.annotations)
    default:
      throw new AnalysisError(`unsupported fieldPath: ${path}`)
  }
}

const lines = (entries: Record<string, string> = {}) =>
  Object.keys(entries)
    .sort()
    .map(key => `${key}=${goQuote(entries[key] ?? '')}`)
    .join('\n')

function plainField(rollout: Rollout, path: string): string {
  let value: unknown = rollout
  for (const section of path.split(/[.[\]]+/)) {
    if (section === '') continue
    if (Array.isArray(value)) value = elementOf(value, section)
    else if (typeof value === 'object' && value !== null)
      value = Object.hasOwn(value, section) ? (value as Record<string, unknown>)[section] : undefined
    else throw new AnalysisError(`invalid path ${path} in rollout`)
  }
  if (value === undefined || value === null) throw new AnalysisError(`invalid path ${path} in rollout`)
  if (typeof value === 'object') throw new AnalysisError(`path ${path} in rollout must terminate in a primitive value`)
  // Numbers are float64 here, so a million is 1e+06.
  return typeof value === 'number' ? format(value) : String(value)
}

function elementOf(list: readonly unknown[], section: string): unknown {
  if (!/^[+-]?\d+$/.test(section)) throw new AnalysisError(`invalid index '${section}'`)
  const index = Number(section)
  if (index < 0 || index >= list.length) throw new AnalysisError(`index ${index} out of range`)
  return list[index]
}

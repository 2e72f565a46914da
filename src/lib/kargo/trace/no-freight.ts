import { matches } from '../../expr/go/regular-expression.ts'
import type { Warehouse } from '../warehouse.ts'

/** Why there is no Freight with an artifact, as far as a Warehouse shows. */
export type NoFreightReason =
  | 'not-discovered'
  | 'discovery-failed'
  | 'filtered-out'
  | 'awaiting-manual-freight'
  | 'criteria-not-satisfied'
  | 'superseded-by-newer-artifact'

export interface NoFreight {
  warehouse: string
  reason: NoFreightReason
  text: string
}

/**
 * Why no Freight contains what is asked for, one answer for each Warehouse that could have made it: a tag, `REPO:TAG`,
 * a digest, a commit or a chart version.
 */
export function whyNoFreight(word: string, warehouses: readonly Warehouse[]): NoFreight[] {
  return warehouses.map(warehouse => {
    const [reason, text] = answer(word, warehouse)
    return { warehouse: warehouse.metadata.name, reason, text }
  })
}

function answer(word: string, warehouse: Warehouse): [NoFreightReason, string] {
  const { spec = {}, status = {} } = warehouse
  const condition = (type: string) => status.conditions?.find(each => each.type === type)
  const found = placeOf(word, warehouse)
  if (found === undefined) {
    const healthy = condition('Healthy')
    if (healthy?.status === 'False') return ['discovery-failed', healthy.message ?? 'the discovery of artifacts failed']
    const filter = filterOf(word, warehouse)
    if (filter) return ['filtered-out', filter]
    const at = status.discoveredArtifacts?.discoveredAt
    return ['not-discovered', at ? `not among what was discovered at ${at}` : 'nothing has been discovered yet']
  }
  if (found > 0)
    return ['superseded-by-newer-artifact', 'Freight is made of the newest artifacts only, and it is not the newest']
  if (spec.freightCreationPolicy === 'Manual')
    return ['awaiting-manual-freight', 'discovered; Freight of this Warehouse is made by hand']
  const criteria = condition('FreightCreationCriteriaSatisfied')
  if (criteria?.status === 'False')
    return [
      'criteria-not-satisfied',
      criteria.message ?? `the condition does not hold: ${spec.freightCreationCriteria?.expression}`,
    ]
  return [
    'not-discovered',
    condition('FreightCreated')?.message || 'discovered; the Warehouse has not made Freight of it yet',
  ]
}

/** Its place among what was discovered, 0 the newest; undefined where it was not discovered. */
function placeOf(word: string, { status }: Warehouse): number | undefined {
  const { git = [], images = [], charts = [] } = status?.discoveredArtifacts ?? {}
  const isId = /^[0-9a-f]{4,40}$/.test(word)
  const places = [
    ...git.map(({ commits = [] }) =>
      commits.findIndex(({ id, tag }) => tag === word || (isId && id?.startsWith(word))),
    ),
    ...images.map(({ repoURL = '', references = [] }) =>
      references.findIndex(
        ({ tag, digest }) => digest === word || (tag !== undefined && isReference(word, repoURL, tag)),
      ),
    ),
    ...charts.map(({ versions = [] }) => versions.indexOf(word)),
  ]
  return places.find(place => place >= 0)
}

function isReference(word: string, repoURL: string, tag: string): boolean {
  return word === tag || `${repoURL}:${tag}` === word || `${repoURL}:${tag}`.endsWith(`/${word}`)
}

interface ImageSubscription {
  repoURL?: string
  imageSelectionStrategy?: string
  strictSemvers?: boolean
  allowTags?: string
  allowTagsRegexes?: string[]
  ignoreTags?: string[]
  ignoreTagsRegexes?: string[]
}

/** The rule of an image subscription that shuts a tag out; the ones about versions are beyond what is checked here. */
function filterOf(word: string, { spec }: Warehouse): string | undefined {
  for (const subscription of spec?.subscriptions ?? []) {
    const image = subscription.image as ImageSubscription | undefined
    const colon = word.lastIndexOf(':')
    const [repository, tag] = colon < 0 ? ['', word] : [word.slice(0, colon), word.slice(colon + 1)]
    if (!image || (repository !== '' && image.repoURL !== repository && !image.repoURL?.endsWith(`/${repository}`)))
      continue
    const allowed = [...(image.allowTagsRegexes ?? []), ...(image.allowTags ? [image.allowTags] : [])]
    if (allowed.length > 0 && !allowed.some(each => isMatch(each, tag)))
      return `${image.repoURL}: the tag does not match ${allowed.join(' or ')}`
    const ignored = image.ignoreTags?.includes(tag) ? tag : image.ignoreTagsRegexes?.find(each => isMatch(each, tag))
    if (ignored !== undefined) return `${image.repoURL}: the tag is ignored (${ignored})`
    const wantsVersion = (image.imageSelectionStrategy ?? 'SemVer') === 'SemVer' && image.strictSemvers !== false
    if (repository !== '' && wantsVersion && !/^v?\d+\.\d+\.\d+(?:[-+].*)?$/.test(tag))
      return `${image.repoURL}: the tag is no semantic version`
  }
  return undefined
}

function isMatch(pattern: string, text: string): boolean {
  try {
    return matches(pattern, text)
  } catch {
    return false
  }
}

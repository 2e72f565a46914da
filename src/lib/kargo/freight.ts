import type { KubeObject } from '../context/kube-object.ts'
import { timeNanos } from './soak-time.ts'

/** Where a piece of Freight comes from; Kargo knows Warehouses only. */
export interface Origin {
  kind: string
  name: string
}

/** kargo.akuity.io/v1alpha1 Freight as we read it (Kargo 1.9 to 1.11): no spec, its contents are top-level fields. */
export interface Freight extends KubeObject, Artifacts {
  alias?: string
  /** RFC 3339; since 1.11, else the creation time counts */
  discoveredAt?: string
  origin?: Origin
  status?: FreightStatus
}

export interface Artifacts {
  commits?: Commit[]
  images?: { repoURL?: string; tag?: string; digest?: string; annotations?: Record<string, string> }[]
  charts?: { repoURL?: string; name?: string; version?: string }[]
  artifacts?: { artifactType?: string; subscriptionName?: string; version?: string }[]
}

export interface Commit {
  repoURL?: string
  id?: string
  branch?: string
  tag?: string
  message?: string
  author?: string
  committer?: string
}

/** By Stage name. Every inner field may be missing: an empty record counts as the fact that it stands for. */
export interface FreightStatus {
  currentlyIn?: Record<string, { since?: string } | null>
  verifiedIn?: Record<string, { verifiedAt?: string; longestSoak?: string } | null>
  approvedFor?: Record<string, { approvedAt?: string } | null>
  metadata?: Record<string, unknown>
}

/** What a Stage or a Promotion keeps of a piece of Freight. */
export interface FreightReference extends Artifacts {
  name: string
  origin?: Origin
}

/** `Warehouse/web`, the key of an origin in `freightHistory[].items` and in the holds. */
export function originKey(origin: Origin | undefined): string {
  return `${origin?.kind ?? ''}/${origin?.name ?? ''}`
}

export function isSameOrigin(one: Origin | undefined, other: Origin | undefined): boolean {
  return one?.kind === other?.kind && one?.name === other?.name
}

export function isVerifiedIn(freight: Freight, stage: string): boolean {
  return has(freight.status?.verifiedIn, stage)
}

export function isApprovedFor(freight: Freight, stage: string): boolean {
  return has(freight.status?.approvedFor, stage)
}

export function isCurrentlyIn(freight: Freight, stage: string): boolean {
  return has(freight.status?.currentlyIn, stage)
}

/** Kargo looks at the key alone (freight_types.go: IsVerifiedIn and its sisters). */
function has(records: Record<string, unknown> | undefined, stage: string): boolean {
  return records !== undefined && Object.hasOwn(records, stage)
}

/** RFC 3339 time from which the age of the Freight counts (freight_types.go: EffectiveDiscoveredAt). */
export function discoveredAt(freight: Freight): string | undefined {
  return freight.discoveredAt ?? freight.metadata.creationTimestamp
}

/** Newest first, equal times by name descending: how Kargo chooses what to promote by itself (auto_promotion.go). */
export function compareNewestFirst(one: Freight, other: Freight): number {
  const [a, b] = [timeNanos(discoveredAt(one)) ?? 0n, timeNanos(discoveredAt(other)) ?? 0n]
  if (a !== b) return a < b ? 1 : -1
  return one.metadata.name < other.metadata.name ? 1 : one.metadata.name > other.metadata.name ? -1 : 0
}

import type { Container, PodTemplate } from '../kube/core-objects.ts'

/** An image as people write it, taken apart. */
export interface ImageReference {
  /** registry and path, with Docker Hub's short forms written out (`docker.io/library/nginx`); empty when not given */
  repository: string
  tag?: string
  /** `sha256:...` */
  digest?: string
}

/**
 * Takes `REPO`, `REPO:TAG`, `REPO@DIGEST`, `REPO:TAG@DIGEST`, and for comparisons also `:TAG` and `@DIGEST` alone.
 * The short forms of Docker Hub are written out as distribution/reference does (reference/normalize.go).
 */
export function parseImage(image: string): ImageReference {
  const at = image.indexOf('@')
  const digest = at < 0 ? undefined : image.slice(at + 1)
  const named = at < 0 ? image : image.slice(0, at)
  // a colon before the last slash belongs to the registry's port
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1)
  const tag = colon < 0 ? undefined : named.slice(colon + 1)
  const repository = normalizedRepository(colon < 0 ? named : named.slice(0, colon))
  return { repository, ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }) }
}

function normalizedRepository(repository: string): string {
  if (repository === '') return ''
  const slash = repository.indexOf('/')
  const first = slash < 0 ? '' : repository.slice(0, slash)
  const hasRegistry = first === 'localhost' || /[.:]/.test(first)
  if (hasRegistry && first !== 'index.docker.io' && first !== 'docker.io') return repository
  const path = hasRegistry ? repository.slice(slash + 1) : repository
  return `docker.io/${path.includes('/') ? path : `library/${path}`}`
}

/**
 * Whether `actual` is the image that `wanted` names: every part that `wanted` gives must be the same, so `REPO:TAG` also
 * matches an image pinned by digest. A repository without tag and digest means `latest` on both sides.
 */
export function isSameImage(wanted: string, actual: string): boolean {
  const want = parseImage(wanted)
  const have = parseImage(actual)
  if (want.repository !== '' && want.repository !== have.repository) return false
  if (want.digest !== undefined && want.digest !== have.digest) return false
  const tag = want.tag ?? (want.digest === undefined ? 'latest' : undefined)
  return tag === undefined || tag === (have.tag ?? (have.digest === undefined ? 'latest' : undefined))
}

/** All images of a pod template, its init containers included. */
export function imagesOf(template: PodTemplate | undefined): string[] {
  const containers: Container[] = [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])]
  return containers.map(container => container.image ?? '').filter(image => image !== '')
}

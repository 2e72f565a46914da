import { Failure, usage } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import type { Freight } from './freight.ts'
import { freightLabel } from './trace/commands.ts'

/**
 * The Freight that people mean by a word: its name or the beginning of it, its alias, an image (`REPO:TAG`, `TAG`,
 * `sha256:...`), a commit (its id or the beginning of it, or its tag) or a chart version. A name or alias that is met
 * whole wins over everything else.
 *
 * @throws Failure `error` when nothing is meant, `usage` when it could be several
 */
export function findFreight(word: string, freight: readonly Freight[], project: string): Freight {
  const exact = freight.find(each => each.metadata.name === word || freightLabel(each) === word)
  if (exact) return exact
  const matching = freight.filter(each => isMeant(word, each))
  const [only] = matching
  if (only && matching.length === 1) return only
  if (matching.length > 1) {
    const some = matching.slice(0, 5).map(each => `${safeText(freightLabel(each))} (${each.metadata.name.slice(0, 7)})`)
    const more = matching.length > 5 ? ` and ${matching.length - 5} more` : ''
    throw usage(`${JSON.stringify(word)} could be ${some.join(', ')}${more} in project ${project}`, {
      reason: 'Ambiguous',
      hints: ['Give the alias, or more of the name'],
    })
  }
  throw new Failure('error', `no Freight of project ${project} is called ${JSON.stringify(word)} or contains it`, {
    reason: 'NotFound',
    hints: [`kubectl canary freight list -n ${project}`],
  })
}

function isMeant(word: string, { metadata, images = [], commits = [], charts = [] }: Freight): boolean {
  const isHex = /^[0-9a-f]{4,40}$/.test(word)
  if (isHex && metadata.name.startsWith(word)) return true
  if (commits.some(({ id, tag }) => tag === word || (isHex && id?.startsWith(word)))) return true
  if (
    charts.some(({ name = '', repoURL = '', version }) => version === word || `${name || repoURL}:${version}` === word)
  )
    return true
  return images.some(({ repoURL = '', tag, digest }) => {
    if (word === tag || word === digest || word === `${repoURL}@${digest}`) return true
    // The end of a repository is enough: `web:1.2.0` for `ghcr.io/shop/web:1.2.0`.
    return tag !== undefined && (`${repoURL}:${tag}` === word || `${repoURL}:${tag}`.endsWith(`/${word}`))
  })
}

import type { Artifacts } from '../kargo/freight.ts'

/** What Freight contains, one text each: `web:1.2.0`, a commit, a chart. */
export function artifactTexts({ images = [], commits = [], charts = [], artifacts = [] }: Artifacts): string[] {
  return [
    ...images.map(({ repoURL = '', tag, digest }) => (tag ? `${repoURL}:${tag}` : `${repoURL}@${digest ?? ''}`)),
    ...commits.map(({ repoURL = '', id = '', tag, branch, message }) => {
      const at = tag ?? branch
      const subject = message?.split('\n')[0]
      return `${repoURL}@${id.slice(0, 7)}${at ? ` (${at})` : ''}${subject ? ` ${subject}` : ''}`
    }),
    ...charts.map(({ repoURL = '', name, version = '' }) => `${name ?? repoURL}:${version}`),
    ...artifacts.map(({ subscriptionName = '', version = '' }) => `${subscriptionName}:${version}`),
  ]
}

/** The same in a column: without the registries, which are alike in a Project. */
export function shortArtifacts(artifacts: Artifacts): string {
  const { images = [], commits = [], charts = [], artifacts: others = [] } = artifacts
  const last = (url = '') =>
    url
      .replace(/\.git$/, '')
      .split('/')
      .at(-1) ?? url
  return [
    ...images.map(({ repoURL, tag, digest }) => `${last(repoURL)}:${tag ?? digest?.slice(0, 14) ?? ''}`),
    ...commits.map(({ repoURL, id = '', tag }) => `${last(repoURL)}@${tag ?? id.slice(0, 7)}`),
    ...charts.map(({ repoURL, name, version = '' }) => `${name ?? last(repoURL)}:${version}`),
    ...others.map(({ subscriptionName = '', version = '' }) => `${subscriptionName}:${version}`),
  ].join(', ')
}

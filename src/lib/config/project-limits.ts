import { isLocatedMap, type Located } from '../values/schema/located-yaml.ts'
import type { Problem } from '../values/schema/validate.ts'

/** What leads elsewhere, or weakens what the user protects. A repository is not trusted to say it. */
const usersOnly: Readonly<Record<string, string>> = {
  context: 'a context',
  protectedContexts: 'which contexts are protected',
  clusters: 'clusters, addresses and credentials',
  links: 'links',
  notifications: 'notifications',
}

/**
 * What a project's file says although only the user may: it comes with a repository, so it may not name addresses,
 * contexts, credentials, notifications or links, nor lift `readOnly`, nor have reports written outside the project.
 */
export function projectProblems(document: Located): Problem[] {
  if (!isLocatedMap(document)) return []
  return document.value.flatMap(({ key, keyPlace, value }) => {
    const what = usersOnly[key]
    if (what !== undefined)
      return [{ place: keyPlace, path: key, message: `a project’s file may not set ${what}: ${key}` }]
    if (key === 'readOnly' && value.value === false)
      return [{ place: value.place, path: key, message: 'a project’s file may not lift readOnly' }]
    return key === 'report' ? reportProblems(value) : []
  })
}

function reportProblems(report: Located): Problem[] {
  if (!isLocatedMap(report)) return []
  const directory = report.value.find(({ key }) => key === 'directory')?.value
  if (typeof directory?.value !== 'string' || isInside(directory.value)) return []
  const message = 'report.directory of a project’s file must be a relative path inside the project'
  return [{ place: directory.place, path: 'report.directory', message }]
}

function isInside(path: string): boolean {
  return !/^(?:[/\\~]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..')
}

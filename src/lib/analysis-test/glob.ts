import { type Dirent, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const magic = /[*?[{]/

/**
 * The files that a pattern stands for, by name: `*`, `?`, `[a-z]` within a name, `**` for any folders, `{a,b}`. Hidden
 * names are matched only by a part that begins with a dot. A path without any of these is itself, if it is there.
 *
 * @param folder what a relative pattern is relative to
 * @returns paths in the form of the pattern
 */
export function glob(pattern: string, folder: string): string[] {
  const paths = new Set(
    alternatives(pattern).flatMap(each => {
      const isAbsolute = each.startsWith('/')
      const parts = each.split('/').filter(part => part !== '' && part !== '.')
      return walk(isAbsolute ? '/' : folder, isAbsolute ? '/' : '', parts)
    }),
  )
  return [...paths].sort()
}

/** `{a,b}` taken apart, nested ones too; a brace without a comma or an end is a letter like others. */
function alternatives(pattern: string): string[] {
  const open = pattern.indexOf('{')
  if (open < 0) return [pattern]
  let depth = 0
  let from = open + 1
  const options: string[] = []
  for (let at = open; at < pattern.length; at++) {
    const letter = pattern[at]
    if (letter === '{') depth++
    else if (letter === ',' && depth === 1) {
      options.push(pattern.slice(from, at))
      from = at + 1
    } else if (letter === '}' && --depth === 0) {
      options.push(pattern.slice(from, at))
      const rest = alternatives(pattern.slice(at + 1))
      const before = pattern.slice(0, open)
      if (options.length < 2) return rest.map(each => `${before}{${options[0]}}${each}`)
      return options.flatMap(alternatives).flatMap(option => rest.map(each => before + option + each))
    }
  }
  return [pattern]
}

function walk(folder: string, shown: string, parts: readonly string[]): string[] {
  const [part, ...rest] = parts
  if (part === undefined) return []
  if (part === '**') {
    const below = entriesOf(folder).filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    const here = rest.length === 0 ? filesOf(folder, shown, () => true) : walk(folder, shown, rest)
    return [...here, ...below.flatMap(({ name }) => walk(join(folder, name), join(shown, name), parts))]
  }
  if (!magic.test(part)) {
    const path = join(folder, part)
    if (rest.length > 0) return walk(path, join(shown, part), rest)
    return existsSync(path) ? [join(shown, part)] : []
  }
  const matcher = namePattern(part)
  const isMatch = (name: string) => matcher.test(name) && (part.startsWith('.') || !name.startsWith('.'))
  if (rest.length === 0) return filesOf(folder, shown, isMatch)
  return entriesOf(folder)
    .filter(entry => !entry.isFile() && isMatch(entry.name))
    .flatMap(({ name }) => walk(join(folder, name), join(shown, name), rest))
}

const filesOf = (folder: string, shown: string, isMatch: (name: string) => boolean) =>
  entriesOf(folder)
    .filter(entry => !entry.isDirectory() && isMatch(entry.name))
    .map(({ name }) => join(shown, name))

/** A folder that is not there, or may not be read, holds nothing that could match. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

/** A part of a path as a regular expression of names; what is no pattern stands for itself. */
function namePattern(part: string): RegExp {
  const source = part.replace(/\[([!^]?)([^\]]+)\]|\*+|\?|[\\^$.|+(){}[\]]/g, (text, not: string, letters: string) => {
    if (letters !== undefined) return `[${not === '' ? '' : '^'}${letters.replace(/[\\\]^]/g, '\\$&')}]`
    if (text.startsWith('*')) return '[^/]*'
    return text === '?' ? '[^/]' : `\\${text}`
  })
  try {
    return new RegExp(`^${source}$`, 'u')
  } catch {
    return new RegExp(`^${part.replace(/[\\^$.|?*+(){}[\]]/g, '\\$&')}$`, 'u')
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Import rules (docs/architecture.md): imports go downward only, or stay in their folder. Folders that share a row may
 * import each other as long as no cycle arises; the rows are listed from the bottom up.
 */
const rows = [
  ['values', 'events', 'context'],
  ['expr', 'promql', 'stats'],
  ['kube', 'http', 'manifests', 'prometheus'],
  ['rollouts', 'analysis'],
  ['kargo'],
  ['lint', 'analysis-test'],
  ['verify'],
  ['pipeline'],
  ['config', 'output', 'report', 'tui'],
  ['playground'],
  ['cli'],
]
const lib = resolve('src/lib')
const rank = new Map(rows.flatMap((folders, row) => folders.map(folder => [folder, row] as const)))

interface Import {
  from: string
  to: string
  typeOnly: boolean
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  )
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^'"`;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g
  return [...text.matchAll(pattern)].map(match => ({
    from: file,
    to: match[2] ?? match[3] ?? match[4] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

const folderOf = (file: string) => relative(lib, file).split('/')[0] ?? ''
const imports = sources(resolve('src')).flatMap(importsOf)
const inLib = imports
  .filter(each => each.from.startsWith(lib) && each.to.startsWith('.'))
  .map(each => ({ ...each, to: resolve(dirname(each.from), each.to) }))

describe('import rules', () => {
  it('every folder of src/lib has a row', () => {
    const folders = readdirSync(lib, { withFileTypes: true }).filter(each => each.isDirectory())
    expect(folders.map(each => each.name).filter(name => !rank.has(name))).toEqual([])
  })

  it('imports go downward only', () => {
    const upward = inLib.filter(each => {
      if (!each.to.startsWith(lib)) return true
      return (rank.get(folderOf(each.to)) ?? 99) > (rank.get(folderOf(each.from)) ?? -1)
    })
    expect(upward.map(each => `${relative('.', each.from)} imports ${relative('.', each.to)}`)).toEqual([])
  })

  it('folders of one row do not import each other in a cycle', () => {
    const edges = new Set(inLib.map(each => `${folderOf(each.from)} ${folderOf(each.to)}`))
    const mutual = [...edges].filter(edge => {
      const [from, to] = edge.split(' ')
      return from !== to && edges.has(`${to} ${from}`)
    })
    expect(mutual).toEqual([])
  })

  it('only their own folder imports the heavy packages', () => {
    const allowed: Record<string, RegExp> = {
      '@kubernetes/client-node': /^src\/lib\/kube\//,
      ink: /^src\/lib\/tui\//,
      react: /^src\/lib\/tui\//,
      chalk: /^src\/lib\/(output|cli)\//,
      '@oclif/core': /^src\/(lib\/cli|commands|main)/,
    }
    const wrong = imports.filter(each => {
      const name = Object.keys(allowed).find(key => each.to === key || each.to.startsWith(`${key}/`))
      return name !== undefined && !allowed[name]?.test(relative('.', each.from))
    })
    expect(wrong.map(each => `${relative('.', each.from)} imports ${each.to}`)).toEqual([])
  })

  it('nothing below cli reaches for the process, the clock or chance', () => {
    const reach =
      /\bprocess\.(env|stdout|stderr|stdin|exit|argv|on|cwd)\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|(?<![.\w])fetch\(/
    const wrong = sources(lib)
      .filter(file => folderOf(file) !== 'cli')
      .filter(file => reach.test(readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))
    expect(wrong.map(file => relative('.', file))).toEqual([])
  })

  it('has no barrels', () => {
    expect(sources(resolve('src')).filter(file => file.endsWith('/index.ts'))).toEqual([])
  })
})

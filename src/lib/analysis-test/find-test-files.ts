import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Context } from '../context/context.ts'
import { usage } from '../values/failure.ts'
import type { TestSource } from './test-file.ts'

/** What a file in a directory has to say to be one of ours; manifests may lie beside it. */
const saysKind = /(?:^|[{,\s])["']?kind["']?:\s*["']?AnalysisTest["']?\s*(?:[,}#]|$)/m
const endings = /\.(ya?ml|json)$/

/**
 * The test files that arguments stand for, in their order: files, `-`, and directories, whose files of kind AnalysisTest
 * count, by name.
 *
 * @throws Failure `usage` for what cannot be read, and for a directory without a test
 */
export async function findTestFiles(
  paths: readonly string[],
  { recursive }: { recursive: boolean },
  { stdin, workingDirectory }: Pick<Context, 'stdin' | 'workingDirectory'>,
): Promise<TestSource[]> {
  const sources: TestSource[] = []
  for (const path of paths) {
    if (path === '-') {
      sources.push({ name: '<stdin>', path: undefined, folder: workingDirectory, text: await stdin.read() })
      continue
    }
    const absolute = resolve(workingDirectory, path)
    if (!attempt(path, () => statSync(absolute)).isDirectory()) {
      sources.push(readSource(absolute, path))
      continue
    }
    const found = entriesOf(absolute, path, recursive)
      .map(name => readSource(resolve(workingDirectory, name), name))
      .filter(({ text }) => saysKind.test(text))
    if (found.length === 0)
      throw usage(`${path}: no file of kind AnalysisTest in this directory`, {
        reason: 'InvalidFile',
        hints: recursive ? [] : ['-R looks into its subdirectories too'],
      })
    sources.push(...found)
  }
  const seen = new Set<string>()
  return sources.filter(({ path }) => path === undefined || (!seen.has(path) && seen.add(path)))
}

function entriesOf(absolute: string, name: string, recursive: boolean): string[] {
  const byName = (a: Dirent, b: Dirent) => (a.name < b.name ? -1 : 1)
  return attempt(name, () => readdirSync(absolute, { withFileTypes: true }))
    .sort(byName)
    .flatMap(entry => {
      if (entry.isDirectory())
        return recursive ? entriesOf(join(absolute, entry.name), join(name, entry.name), recursive) : []
      return endings.test(entry.name) ? [join(name, entry.name)] : []
    })
}

const readSource = (path: string, name: string): TestSource => ({
  name,
  path,
  folder: dirname(path),
  text: attempt(name, () => readFileSync(path, 'utf8')),
})

function attempt<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'it may not be read'
          : `it cannot be read (${code})`
    throw usage(`${name}: ${why}`, { reason: 'InvalidFile' })
  }
}

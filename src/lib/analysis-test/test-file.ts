import { usage } from '../values/failure.ts'
import {
  isLocatedList,
  isLocatedMap,
  type Located,
  type Place,
  parseLocatedYaml,
  plainValue,
} from '../values/schema/located-yaml.ts'
import { findProblems, invalidFile, type Problem } from '../values/schema/validate.ts'
import type { AnalysisTest } from './analysis-test.ts'
import { analysisTestSchema } from './analysis-test-schema.ts'

/** A test file as it was found, not yet read. */
export interface TestSource {
  /** as it was named, `<stdin>` for `-` */
  name: string
  /** absolute; undefined for what cannot be written to */
  path: string | undefined
  /** what patterns in it are relative to, absolute */
  folder: string
  text: string
}

export interface TestFile {
  source: TestSource
  test: AnalysisTest
  /** the same with the place of every value */
  root: Located
}

/**
 * Reads a file of kind AnalysisTest and checks it against its schema.
 *
 * @throws Failure `usage` with file, line and column of everything that is wrong
 */
export async function readTestFile(source: TestSource): Promise<TestFile> {
  const root = await parseLocatedYaml(source.text, source.name)
  if (root === undefined) throw usage(`${source.name}:1:1: the file is empty`, { reason: 'InvalidFile' })
  const problems = findProblems(root, analysisTestSchema)
  if (problems.length > 0) throw invalidFile(source.name, problems)
  return { source, test: plainValue(root) as AnalysisTest, root }
}

/** Where a value stands; for one that is not there, the nearest around it. */
export function placeAt(node: Located, path: readonly (string | number)[]): Place {
  const [step, ...rest] = path
  if (step === undefined) return node.place
  if (isLocatedList(node)) {
    const item = node.value[Number(step)]
    return item === undefined ? node.place : placeAt(item, rest)
  }
  const field = isLocatedMap(node) ? node.value.find(({ key }) => key === step) : undefined
  return field === undefined ? node.place : placeAt(field.value, rest)
}

/** Where the name of a field stands. */
export function keyPlaceAt(node: Located, path: readonly (string | number)[], key: string): Place {
  let current: Located | undefined = node
  for (const step of path) {
    if (current === undefined) break
    current = isLocatedList(current)
      ? current.value[Number(step)]
      : isLocatedMap(current)
        ? current.value.find(each => each.key === step)?.value
        : undefined
  }
  const field = current && isLocatedMap(current) ? current.value.find(each => each.key === key) : undefined
  return field?.keyPlace ?? placeAt(node, path)
}

/** Gathers what is wrong with a file beyond its schema, so that everything is said at once. */
export class Problems {
  readonly #file: TestFile
  readonly #found: Problem[] = []

  constructor(file: TestFile) {
    this.#file = file
  }

  /** @param path from the top of the file to the value */
  add(path: readonly (string | number)[], message: string): void {
    this.#found.push({ place: placeAt(this.#file.root, path), path: path.join('.'), message })
  }

  /** The same at the name of a field. */
  addAtKey(path: readonly (string | number)[], key: string, message: string): void {
    this.#found.push({ place: keyPlaceAt(this.#file.root, path, key), path: [...path, key].join('.'), message })
  }

  /** @throws Failure `usage` if anything was added */
  throwIfAny(): void {
    if (this.#found.length > 0) throw invalidFile(this.#file.source.name, this.#found)
  }
}

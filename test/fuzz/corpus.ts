import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Texts of the conformance cases, to be mutated. */
export function corpusOf(file: string, fields: readonly string[]): string[] {
  const text = readFileSync(join(import.meta.dirname, '../conformance/cases', file), 'utf8')
  const cases: Record<string, unknown>[] = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
  const found = cases.flatMap(each => fields.map(field => each[field]))
  return [...new Set(found.filter(each => typeof each === 'string' && each !== ''))] as string[]
}

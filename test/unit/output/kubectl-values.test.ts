import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { toKyaml } from '../../../src/lib/output/kyaml.ts'
import { toYaml } from '../../../src/lib/output/yaml.ts'
import { goJson } from '../../../src/lib/values/go-json.ts'

/** What sigs.k8s.io/yaml, kyaml and encoding/json wrote for the same values, which is what kubectl prints. */
const observed = readFileSync('test/fixtures/output/kubectl-values.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as { value: { v?: unknown }; yaml: string; kyaml: string; json: string })

describe.each(observed)('$value.v', ({ value, yaml, kyaml, json }) => {
  it('as yaml', () => expect(toYaml(value)).toBe(yaml))
  it('as kyaml', () => expect(toKyaml(value)).toBe(kyaml))
  it('as json', () => expect(goJson(value, 4)).toBe(json))
})

describe('a YAML reader finds the same value', () => {
  const objects = fc.dictionary(
    fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('y', 'a: b', '- x', '1e3', '')),
    fc.jsonValue({ maxDepth: 4 }),
    { noNullPrototype: true },
  )
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

  it.each([
    { name: 'yaml', write: toYaml },
    { name: 'kyaml', write: toKyaml },
  ])('in $name', ({ write }) => {
    fc.assert(
      fc.property(objects, value => {
        expect(parse(write(value))).toEqual(plain(value))
      }),
    )
  })
})

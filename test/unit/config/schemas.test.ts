import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { environmentVariables } from '../../../src/lib/config/environment.ts'
import { isProtectedContext } from '../../../src/lib/config/protected-contexts.ts'
import { schemas } from '../../../src/lib/config/schemas.ts'
import type { JsonSchema } from '../../../src/lib/values/schema/json-schema.ts'

function undescribed(schema: JsonSchema, path: string): string[] {
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => [`${path}.${name}`, field] as const)
  const others =
    typeof schema.additionalProperties === 'object' ? [[`${path}.*`, schema.additionalProperties] as const] : []
  return [...fields, ...others].flatMap(([name, field]) => [
    ...(field.description ? [] : [name]),
    ...undescribed(field, name),
  ])
}

describe.each(Object.entries(schemas))('%s', (kind, { file, schema }) => {
  it('is shipped as it is checked (npx tsx scripts/write-schemas.ts)', () => {
    expect(JSON.parse(readFileSync(`schemas/${file}`, 'utf8'))).toEqual(schema)
  })

  it('describes every property', () => expect(undescribed(schema, kind)).toEqual([]))

  it('says what it is', () => {
    expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', title: expect.any(String) })
    expect(schema.$id).toMatch(/^urn:kubectl-canary:v1:/)
  })
})

it('nothing else is shipped', () => {
  expect(readdirSync('schemas').sort()).toEqual(
    Object.values(schemas)
      .map(({ file }) => file)
      .sort(),
  )
})

it('variables of the environment', () => {
  expect(environmentVariables().map(({ variable }) => variable)).toMatchInlineSnapshot(`
    [
      "KUBECTL_CANARY_NAMESPACE",
      "KUBECTL_CANARY_CONTEXT",
      "KUBECTL_CANARY_OUTPUT",
      "KUBECTL_CANARY_COLOR",
      "KUBECTL_CANARY_REASON",
      "KUBECTL_CANARY_EVENT",
      "KUBECTL_CANARY_READ_ONLY",
      "KUBECTL_CANARY_PROTECTED_CONTEXTS",
      "KUBECTL_CANARY_VERIFY_MODE",
      "KUBECTL_CANARY_VERIFY_SENSITIVITY",
      "KUBECTL_CANARY_VERIFY_FALSE_ALARM_RATE",
      "KUBECTL_CANARY_VERIFY_TOLERANCE_ALARM_RATE",
      "KUBECTL_CANARY_VERIFY_FALSE_PASS_RATE",
      "KUBECTL_CANARY_VERIFY_DURATION",
      "KUBECTL_CANARY_VERIFY_MIN_DURATION",
      "KUBECTL_CANARY_VERIFY_MAX_DURATION",
      "KUBECTL_CANARY_VERIFY_EARLY_PASS",
      "KUBECTL_CANARY_VERIFY_START_TIMEOUT",
      "KUBECTL_CANARY_VERIFY_STEP",
      "KUBECTL_CANARY_VERIFY_WARMUP",
      "KUBECTL_CANARY_VERIFY_LOOKBACK",
      "KUBECTL_CANARY_VERIFY_ON_INCONCLUSIVE",
      "KUBECTL_CANARY_VERIFY_FAIL_ON_NO_ANALYSIS",
      "KUBECTL_CANARY_VERIFY_FAIL_IF_ANY_CUSTOM_METRIC_IN_NO_ANALYSIS",
      "KUBECTL_CANARY_VERIFY_MUST_DETECT_ERRORS",
      "KUBECTL_CANARY_VERIFY_MUST_DETECT_LATENCY",
      "KUBECTL_CANARY_REPORT_FORMAT",
      "KUBECTL_CANARY_REPORT_DIRECTORY",
    ]
  `)
})

describe('isProtectedContext', () => {
  it.each([
    { name: 'prod-na', patterns: ['prod-*'], is: true },
    { name: 'prod-na', patterns: ['prod'], is: false },
    { name: 'nonprod-na', patterns: ['prod-*'], is: false },
    { name: 'arn:aws:eks:eu:1:cluster/prod', patterns: ['*/prod'], is: true },
    { name: 'prodX', patterns: ['prod.'], is: false },
    { name: 'prod1', patterns: ['dev', 'prod?'], is: true },
    { name: '', patterns: ['prod-*'], is: false },
    { name: 'x', patterns: undefined, is: false },
  ])('$name in $patterns', ({ name, patterns, is }) => expect(isProtectedContext(name, patterns)).toBe(is))
})

import { describe, expect, it } from 'vitest'
import { analysisTestSchema } from '../../../src/lib/analysis-test/analysis-test-schema.ts'
import { readTestFile } from '../../../src/lib/analysis-test/test-file.ts'
import type { JsonSchema } from '../../../src/lib/values/schema/json-schema.ts'

/** What the schema says and what the loader takes are the same, field by field, in both directions. */

const complete = {
  apiVersion: 'kubectl-canary/v1',
  kind: 'AnalysisTest',
  templates: ['*.yaml'],
  evaluation_interval: '1m',
  tests: [
    {
      name: 'x',
      template: 'a',
      clusterTemplate: 'b',
      templates: ['c'],
      rollout: 'r',
      analysis: 1,
      stage: 's',
      podHashes: { latest: 'l', stable: 's' },
      args: { any: 'text' },
      start: '30m',
      interval: '15s',
      input_series: [{ series: 'up', values: '1x5' }],
      responses: {
        any: [{ value: { deep: [1] }, error: 'e', body: 'b', status: 200, phase: 'Failed', message: 'm' }],
      },
      terminateAfter: '5m',
      until: '1h',
      expect: {
        phase: 'Failed',
        message: '/m/',
        finishedAfter: '15m',
        metrics: {
          any: {
            phase: 'Failed',
            message: 'm',
            count: 1,
            successful: 1,
            failed: 1,
            inconclusive: 1,
            error: 1,
            consecutiveError: 1,
            consecutiveSuccess: 1,
            values: [0.98, 'x', true, null, [1, 2]],
          },
        },
      },
    },
  ],
}

type Path = (string | number)[]
interface Place {
  path: Path
  schema: JsonSchema
}

/** Every place of the complete document with the schema that holds there. */
function places(value: unknown, schema: JsonSchema, path: Path = []): Place[] {
  const here = [{ path, schema }]
  if (Array.isArray(value))
    return schema.items
      ? [...here, ...value.flatMap((each, index) => places(each, schema.items ?? {}, [...path, index]))]
      : here
  if (typeof value !== 'object' || value === null) return here
  return [
    ...here,
    ...Object.entries(value).flatMap(([key, each]) => {
      const { properties = {}, additionalProperties } = schema
      const field = properties[key] ?? (additionalProperties || undefined)
      return field ? places(each, field, [...path, key]) : []
    }),
  ]
}

const all = places(complete, analysisTestSchema)
const text = (path: Path) => path.join('.')
const copy = (): unknown => structuredClone(complete)

function at(document: unknown, path: Path): Record<string | number, unknown> {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown>)[step], document) as Record<
    string | number,
    unknown
  >
}

const load = (document: unknown) =>
  readTestFile({ name: 'x.yaml', path: undefined, folder: '/', text: JSON.stringify(document, null, 1) })

it('every field that the schema knows is in the complete document, which loads', async () => {
  const known = (schema: JsonSchema, path: Path): string[] => [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
      text([...path, name]),
      ...known(field, [...path, name]),
    ]),
    ...(schema.additionalProperties ? known(schema.additionalProperties, [...path, 'any']) : []),
    ...(schema.items ? known(schema.items, [...path, 0]) : []),
  ]
  const found = new Set(all.map(({ path }) => text(path)))
  expect(known(analysisTestSchema, []).filter(path => !found.has(path))).toEqual([])
  expect((await load(complete)).test).toEqual(complete)
})

const maps = all.filter(({ schema }) => schema.properties)
it.each(maps.map(({ path, schema }) => ({ where: text(path), path, schema })))(
  'a field that "$where" may not have is refused with the nearest known name',
  async ({ path, schema }) => {
    expect(schema.additionalProperties).toBe(false)
    const known = Object.keys(schema.properties ?? {}).find(name => name.length > 4) ?? ''
    const document = copy()
    at(document, path)[`${known}x`] = 1
    await expect(load(document)).rejects.toMatchObject({
      outcome: 'usage',
      message: expect.stringMatching(
        new RegExp(`^x\\.yaml:\\d+:\\d+: unknown field "${known}x".*did you mean "${known}"`),
      ),
    })
  },
)

const required = maps.flatMap(({ path, schema }) =>
  (schema.required ?? []).map(field => ({ where: text([...path, field]), path, field })),
)
it.each(required)('$where is required', async ({ path, field }) => {
  const document = copy()
  delete at(document, path)[field]
  await expect(load(document)).rejects.toMatchObject({ message: expect.stringContaining(`missing field`) })
})

describe('types', () => {
  const samples = { object: {}, array: [], string: 'text', number: 1.5, integer: 2, boolean: true, null: null } as const
  const rows = all
    .filter(({ schema, path }) => schema.type !== undefined && path.length > 0)
    .map(({ path, schema }) => ({ where: text(path), path, types: [schema.type ?? []].flat() }))
  it.each(rows)('$where takes $types and nothing else', async ({ path, types }) => {
    for (const [type, value] of Object.entries(samples)) {
      const isAllowed = types.some(each => each === type || (each === 'number' && type === 'integer'))
      const document = copy()
      const last = path.at(-1) ?? ''
      at(document, path.slice(0, -1))[last] = value
      const problem = await load(document).then(
        () => '',
        (failure: Error) => failure.message,
      )
      // another rule may refuse a value of the right type, such as a pattern
      expect(/ must be .*, not (?:a |true|empty)/.test(problem), `${text(path)} as ${type}: ${problem}`).toBe(
        !isAllowed,
      )
    }
  })
})

it.each([
  { path: ['tests', 0, 'start'], value: '5 minutes' },
  { path: ['tests', 0, 'expect', 'phase'], value: 'Sucessful' },
  { path: ['tests', 0, 'responses', 'any', 0, 'status'], value: 99 },
  { path: ['tests', 0, 'expect', 'metrics', 'any', 'count'], value: -1 },
  { path: ['kind'], value: 'AnalysisTests' },
] satisfies { path: Path; value: unknown }[])('$path cannot be $value', async ({ path, value }) => {
  const document = copy()
  at(document, path.slice(0, -1))[path.at(-1) ?? ''] = value
  await expect(load(document)).rejects.toMatchObject({ outcome: 'usage' })
})

it('a response that says nothing is refused', async () => {
  const document = copy()
  at(document, ['tests', 0, 'responses', 'any'])[0] = { message: 'm' }
  await expect(load(document)).rejects.toMatchObject({
    message: expect.stringContaining('needs value, error, body, status or phase'),
  })
})

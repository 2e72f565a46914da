import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { whyNoFreight } from '../../../../src/lib/kargo/trace/no-freight.ts'
import type { Warehouse } from '../../../../src/lib/kargo/warehouse.ts'

const folder = 'test/conformance/cases/kargo-scenarios'
const { objects } = JSON.parse(readFileSync(`${folder}/65-freight-created-by-warehouse.json`, 'utf8'))
const recorded: Warehouse = objects.find((each: Warehouse) => each.kind === 'Warehouse')
const answers: { id: string; response?: Warehouse['status'] }[] = JSON.parse(
  readFileSync(`${folder}/answers.json`, 'utf8'),
)
const failed = answers.find(each => each.id === 'warehouse-discovery-failed')?.response ?? {}

const image = (rules: object): Warehouse => ({
  metadata: { name: 'web' },
  spec: { subscriptions: [{ image: { repoURL: 'ghcr.io/shop/web', ...rules } }] },
})
const manual = { ...recorded, spec: { ...recorded.spec, freightCreationPolicy: 'Manual' } }
const unmet: Warehouse = {
  ...recorded,
  status: {
    ...recorded.status,
    conditions: [{ type: 'FreightCreationCriteriaSatisfied', status: 'False', message: 'versions differ' }],
  },
}

describe('why there is no Freight', () => {
  it.each([
    ['a tag that nobody pushed', '9.9.9', recorded, 'not-discovered', /discovered at 2026/],
    ['a Warehouse that has not looked', '9.9.9', image({}), 'not-discovered', /nothing/],
    ['a Warehouse that cannot look', '9.9.9', { ...recorded, status: failed }, 'discovery-failed', /NAME_UNKNOWN/],
    ['a tag that is older than another', '1.7.0', recorded, 'superseded-by-newer-artifact', /newest/],
    ['a commit that is older than another', 'c039402', recorded, 'superseded-by-newer-artifact', /newest/],
    ['Freight that is made by hand', 'shop/web:1.8.0', manual, 'awaiting-manual-freight', /by hand/],
    ['criteria that do not hold', '1.8.0', unmet, 'criteria-not-satisfied', /versions differ/],
    ['a tag that is not allowed', 'nightly', image({ allowTags: '^v' }), 'filtered-out', /\^v/],
    ['a tag that is ignored', '1.0.0', image({ ignoreTags: ['1.0.0'] }), 'filtered-out', /ignored/],
    ['a tag that is no version', 'web:latest', image({}), 'filtered-out', /semantic version/],
  ] as const)('%s', (_at, word, warehouse, reason, text) => {
    const [found] = whyNoFreight(word, [warehouse])
    expect(found?.reason).toBe(reason)
    expect(found?.text).toMatch(text)
  })
})

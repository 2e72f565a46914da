import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import type { Freight } from '../../../../src/lib/kargo/freight.ts'
import type { Promotion } from '../../../../src/lib/kargo/promotion.ts'
import type { Stage } from '../../../../src/lib/kargo/stage.ts'
import { inflateSteps, type PromotionTask } from '../../../../src/lib/kargo/writes/inflate-tasks.ts'
import { promotionName, promotionObject, shortLabel, ulid } from '../../../../src/lib/kargo/writes/promotion-object.ts'

const folder = 'test/conformance/cases/kargo-scenarios'
const { objects }: { objects: KubeObject[] } = JSON.parse(readFileSync(`${folder}/44-promotion-task.json`, 'utf8'))
const only = <T extends KubeObject>(kind: string, name?: string) =>
  objects.find(each => each.kind === kind && (name === undefined || each.metadata.name === name)) as T

describe('the Promotion without webhooks is the one that the webhook makes', () => {
  it('of a Stage that uses a task twice', () => {
    const made = only<Promotion>('Promotion')
    const [, id = ''] = made.metadata.name.split('.')
    const tasks = [only<PromotionTask>('PromotionTask')]
    const ours = promotionObject(only<Stage>('Stage', 'dev'), only<Freight>('Freight'), {
      ulid: id,
      withoutWebhooks: { tasks },
    })
    expect(ours.spec).toEqual(made.spec)
    expect(ours.metadata).toMatchObject({
      name: made.metadata.name,
      labels: made.metadata.labels,
      ownerReferences: made.metadata.ownerReferences,
    })
  })

  it('shortens the label as recorded', () => {
    const answers: { id: string; request?: { body?: Promotion }; response?: { labels?: Record<string, string> } }[] =
      JSON.parse(readFileSync(`${folder}/answers.json`, 'utf8'))
    const long = answers.find(each => each.id === 'promote-long-stage')
    expect(shortLabel(long?.request?.body?.spec.stage ?? '')).toBe(long?.response?.labels?.['kargo.akuity.io/stage'])
  })
})

describe('names', () => {
  it('cut long Stages and are lower case', () => {
    expect(promotionName('dev', '01ABC', '104fc457f5')).toBe('dev.01abc.104fc45')
    expect(promotionName(`${'a'.repeat(217)}-b`, 'X', '1234567')).toBe(`${'a'.repeat(217)}.x.1234567`)
  })

  it('sort by time', () => {
    const [first, second] = [ulid(1_700_000_000_000, () => 0.999), ulid(1_700_000_000_001, () => 0)]
    expect(first).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(first < second).toBe(true)
    expect(ulid(0, () => 0)).toBe('0'.repeat(26))
  })
})

describe('tasks that cannot be put in', () => {
  const task: PromotionTask = { kind: 'PromotionTask', metadata: { name: 'needs' }, spec: { vars: [{ name: 'must' }] } }
  it.each([
    [[], 'TaskNotFound'],
    [[task], 'MissingVariable'],
    [[{ ...task, kind: 'ClusterPromotionTask' }], 'TaskNotFound'],
  ])('%#', (tasks, reason) => {
    expect(() => inflateSteps([{ task: { name: 'needs' } }], tasks)).toThrow(expect.objectContaining({ reason }))
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Freight } from '../../../../src/lib/kargo/freight.ts'
import { projectConfigs, promotions, stages, warehouses } from '../../../../src/lib/kargo/kargo-resources.ts'
import type { Promotion, PromotionStep } from '../../../../src/lib/kargo/promotion.ts'
import type { Stage, Verification } from '../../../../src/lib/kargo/stage.ts'
import { ProjectView } from '../../../../src/lib/kargo/trace/project-objects.ts'
import { planAlias, planApproval, planUnapproval } from '../../../../src/lib/kargo/writes/freight-writes.ts'
import { type KargoPlan, requestOf } from '../../../../src/lib/kargo/writes/kargo-write.ts'
import {
  planPromotion,
  planPromotionAbort,
  planPromotionDelete,
  planPromotionOfOrigin,
} from '../../../../src/lib/kargo/writes/promotion-writes.ts'
import {
  planRefresh,
  planReverification,
  planVerificationAbort,
} from '../../../../src/lib/kargo/writes/stage-writes.ts'

interface Recorded {
  operation: string
  request: { method: string; path: string; contentType?: string; body?: Body }
  status: number
}
interface Body {
  metadata?: { name?: string; annotations?: Record<string, string> }
  spec?: { freight?: string; stage?: string; steps?: PromotionStep[] }
  status?: { approvedFor?: Record<string, { approvedAt: string } | null> }
  alias?: string
}

const recorded: Recorded[] = JSON.parse(readFileSync('test/conformance/cases/kargo-scenarios/writes.json', 'utf8'))
const namespace = 'desk-3'
const origin = { kind: 'Warehouse', name: 'web' }
const find = (operation: string) => {
  const found = recorded.find(each => each.operation.startsWith(operation))
  if (!found) throw new Error(`writes.json has no ${operation}`)
  return found.request
}

const freightNamed = (name: string): Freight => ({ metadata: { name, namespace }, origin })
const stageWith = (
  verification: Partial<Verification>,
  name = 'dev',
  steps: PromotionStep[] = [{ uses: 'x' }],
): Stage => ({
  metadata: { name, namespace },
  spec: { requestedFreight: [{ origin, sources: { direct: true } }], promotionTemplate: { spec: { steps } } },
  status: {
    freightHistory: [{ items: { 'Warehouse/web': { name: 'f', origin } }, verificationHistory: [verification] }],
  },
})
const promotionNamed = (name: string, phase: string): Promotion => ({
  metadata: { name, namespace },
  spec: { stage: 'gated' },
  status: { phase },
})

function sent(plan: KargoPlan) {
  if (plan.kind !== 'write') throw new Error(`sends nothing: ${JSON.stringify(plan)}`)
  return JSON.parse(JSON.stringify(requestOf(plan.write)))
}

const annotationOf = (request: Recorded['request'], key: string) =>
  request.body?.metadata?.annotations?.[`kargo.akuity.io/${key}`] ?? ''

describe('writes are sent as recorded from Kargo', () => {
  it('promote', () => {
    const request = find('promote (complete object')
    const { metadata, spec } = request.body ?? {}
    const stage = stageWith({}, 'gated', spec?.steps)
    const freight = freightNamed(spec?.freight ?? '')
    const view = new ProjectView({ project: namespace, nowMs: 0, version: '1.11', freight: [freight], stages: [stage] })
    const [, ulid = ''] = metadata?.name?.split('.') ?? []
    expect(sent(planPromotion(view, stage, freight, { ulid }))).toEqual(request)
  })

  it('promote by Warehouse', () => {
    expect(sent(planPromotionOfOrigin(stageWith({}), origin))).toEqual(find('promote by Warehouse'))
  })

  it.each(['abort verification', 'reverify'])('%s', operation => {
    const request = find(operation)
    const key = operation === 'reverify' ? 'reverify' : 'abort'
    const { id } = JSON.parse(annotationOf(request, key))
    const phase = operation === 'reverify' ? 'Failed' : 'Running'
    const plan = operation === 'reverify' ? planReverification : planVerificationAbort
    expect(sent(plan(stageWith({ id, phase })))).toEqual(request)
  })

  it('approve', () => {
    const request = find('approve')
    const [[stage = '', approval] = []] = Object.entries(request.body?.status?.approvedFor ?? {})
    const freight = freightNamed(request.path.split('/').at(-2) ?? '')
    expect(sent(planApproval(stageWith({}, stage), freight, approval?.approvedAt ?? ''))).toEqual(request)
  })

  it('unapprove', () => {
    const request = find('unapprove')
    const freight = { ...freightNamed(request.path.split('/').at(-2) ?? ''), status: { approvedFor: { prod: {} } } }
    expect(sent(planUnapproval('prod', freight))).toEqual(request)
  })

  it('change alias', () => {
    const request = find('change alias')
    const freight = freightNamed(request.path.split('/').at(-1) ?? '')
    expect(sent(planAlias(freight, request.body?.alias ?? '', [freight]))).toEqual(request)
  })

  it.each([
    ['refresh stage', stages, 'dev'],
    ['refresh warehouse', warehouses, 'web'],
    ['refresh projectconfig', projectConfigs, 'desk-3'],
    ['refresh promotion', promotions, 'gated.01m811tpk57hgexp8188vay73d.104fc45'],
  ] as const)('%s', (operation, type, name) => {
    const request = find(operation)
    const object = { metadata: { name, namespace } }
    expect(sent(planRefresh(type, object, annotationOf(request, 'refresh')))).toEqual(request)
  })

  it('abort promotion', () => {
    const request = find('abort promotion')
    const name = request.path.split('/').at(-1) ?? ''
    expect(sent(planPromotionAbort(promotionNamed(name, 'Running')))).toEqual(request)
  })

  it('delete promotion', () => {
    const request = find('delete promotion')
    const name = request.path.split('/').at(-1) ?? ''
    expect(sent(planPromotionDelete(promotionNamed(name, 'Aborted')))).toEqual(request)
  })
})

describe('what is not sent', () => {
  const approved: Freight = { ...freightNamed('f'), status: { approvedFor: { dev: {} } } }
  it.each([
    ['a second approval', planApproval(stageWith({}), approved, ''), 'nothing'],
    ['an approval that is not there taken back', planUnapproval('dev', freightNamed('f')), 'nothing'],
    [
      'an approval for a Stage that does not request it',
      planApproval(stageWith({}), { ...approved, origin: { kind: 'Warehouse', name: 'worker' } }, ''),
      'OriginNotRequested',
    ],
    [
      'an alias of other Freight',
      planAlias(freightNamed('f'), 'a', [{ ...freightNamed('g'), alias: 'a' }]),
      'AliasTaken',
    ],
    [
      'a verification again while it runs',
      planReverification(stageWith({ id: 'x', phase: 'Running' })),
      'VerificationRunning',
    ],
    [
      'the end of one that has ended',
      planVerificationAbort(stageWith({ id: 'x', phase: 'Failed' })),
      'VerificationEnded',
    ],
    ['a verification where nothing was verified', planReverification(stageWith({})), 'NoVerification'],
    [
      'a verification of a Stage without steps',
      planReverification(stageWith({ id: 'x' }, 'gate', [])),
      'ControlFlowStage',
    ],
    ['the end of a Promotion that has ended', planPromotionAbort(promotionNamed('p', 'Failed')), 'PromotionEnded'],
  ] as const)('%s', (_what, plan, expected) => {
    expect(plan.kind === 'refused' ? plan.refusal.reason : plan.kind).toBe(expected)
  })

  it('asks once only for the same verification, whatever the webhook made of the annotation', () => {
    const stage = stageWith({ id: 'x', phase: 'Failed' })
    const annotations = { 'kargo.akuity.io/reverify': '{"id":"x","actor":"kubernetes:alice"}' }
    expect(planReverification({ ...stage, metadata: { ...stage.metadata, annotations } }).kind).toBe('nothing')
  })
})

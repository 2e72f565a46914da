import { describe, expect, it } from 'vitest'
import type { ManagedFieldsEntry } from '../../../src/lib/context/kube-object.ts'
import { whoWrote } from '../../../src/lib/kube/managed-fields.ts'

const entry = (
  manager: string,
  time: string | undefined,
  fieldsV1: Record<string, unknown>,
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  time,
  fieldsV1,
  ...more,
})
const object = (...managedFields: ManagedFieldsEntry[]) => ({ metadata: { name: 'x', managedFields } })

const applied = entry(
  'kubectl',
  '2026-01-01T10:00:00Z',
  { 'f:spec': { 'f:replicas': {}, 'f:strategy': { 'f:canary': { 'f:steps': {} } } } },
  { operation: 'Apply' },
)
const paused = entry('kubectl-argo-rollouts', '2026-01-01T12:00:00Z', { 'f:spec': { 'f:paused': {} } })
const controller = entry(
  'rollouts-controller',
  '2026-01-01T12:05:00Z',
  { 'f:status': { '.': {}, 'f:abort': {}, 'f:conditions': { 'k:{"type":"Paused"}': { '.': {}, 'f:status': {} } } } },
  { subresource: 'status' },
)

describe('who wrote', () => {
  it.each([
    { path: ['spec', 'paused'], by: ['kubectl-argo-rollouts'] },
    { path: ['spec', 'replicas'], by: ['kubectl'] },
    { path: ['spec'], by: ['kubectl-argo-rollouts', 'kubectl'] },
    { path: ['status', 'abort'], by: ['rollouts-controller'] },
    { path: ['status', 'conditions'], by: ['rollouts-controller'] },
    { path: ['status', 'promoteFull'], by: [] },
    { path: ['status'], by: ['rollouts-controller'] },
    // steps are owned as a whole
    { path: ['spec', 'strategy', 'canary', 'steps', 'x'], by: ['kubectl'] },
    { path: ['spec', 'template'], by: [] },
  ])('$path: $by', ({ path, by }) => {
    expect(whoWrote(object(applied, paused, controller), path).map(each => each.manager)).toEqual(by)
  })

  it('says when, how and through which subresource', () => {
    expect(whoWrote(object(controller), ['status', 'abort'])).toEqual([
      { manager: 'rollouts-controller', operation: 'Update', time: '2026-01-01T12:05:00Z', subresource: 'status' },
    ])
  })

  it('puts the newest first, and those without a time last', () => {
    const older = entry('older', '2026-01-01T00:00:00Z', { 'f:a': {} })
    const newer = entry('newer', '2026-01-02T00:00:00Z', { 'f:a': {} })
    expect(whoWrote(object(older, newer), ['a']).map(each => each.manager)).toEqual(['newer', 'older'])
    const timeless = entry('timeless', undefined, { 'f:a': {} })
    expect(whoWrote(object(timeless, older, newer), ['a']).map(each => each.manager)).toEqual([
      'newer',
      'older',
      'timeless',
    ])
  })

  it('knows nothing without managedFields', () => {
    expect(whoWrote({ metadata: { name: 'x' } }, ['spec'])).toEqual([])
    expect(whoWrote(object({ manager: 'm' }), ['spec'])).toEqual([])
  })
})

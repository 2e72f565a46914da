import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../../src/lib/context/kube-object.ts'
import { applications, rollouts } from '../../../../src/lib/kube/resource-types.ts'
import { forbidden } from '../../../../src/lib/playground/store/status-error.ts'
import { namedApplication, readGitOpsOwner } from '../../../../src/lib/rollouts/actions/git-ops-owner.ts'
import type { TemplateTarget } from '../../../../src/lib/rollouts/actions/template-target.ts'
import { fakeClient } from '../../../fakes/context.ts'
import { progressing } from './rollout-builders.ts'

const tracking = 'argocd.argoproj.io/tracking-id'

function target(annotations: Record<string, string>, labels: Record<string, string> = {}): TemplateTarget {
  const rollout = progressing({ annotations })
  const object = { ...rollout, metadata: { ...rollout.metadata, labels } }
  return { type: rollouts, object, template: {}, pointer: '/spec/template' }
}

function application(spec: object, more: object = {}, name = 'loans', namespace = 'argocd'): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace, ...more },
    ...{ spec: { source: { repoURL: 'https://git.example.com/loans.git', path: 'prod' }, ...spec } },
    ...{
      status: {
        sync: { revision: 'abc' },
        resources: [{ group: 'argoproj.io', kind: 'Rollout', namespace: 'loans', name: 'loans-api' }],
      },
    },
  }
}

describe('namedApplication', () => {
  it.each([
    { id: 'loans:argoproj.io/Rollout:loans/loans-api', owner: { name: 'loans' } },
    { id: 'teams_loans:argoproj.io/Rollout:loans/loans-api', owner: { name: 'loans', namespace: 'teams' } },
    { id: 'loans:argoproj.io/Rollout:loans/another', owner: undefined },
    { id: 'loans:apps/Deployment:loans/loans-api', owner: undefined },
    { id: 'nonsense', owner: undefined },
  ])('$id', ({ id, owner }) => {
    const named = namedApplication(rollouts, target({ [tracking]: id }).object)
    if (owner) expect(named).toMatchObject({ ...owner, isGuess: false })
    else expect(named).toBeUndefined()
  })

  it('takes the instance label for a guess, and that of Helm for nothing', () => {
    const label = { 'app.kubernetes.io/instance': 'loans' }
    expect(namedApplication(rollouts, target({}, label).object)).toMatchObject({ name: 'loans', isGuess: true })
    const helm = { ...label, 'app.kubernetes.io/managed-by': 'Helm' }
    expect(namedApplication(rollouts, target({}, helm).object)).toBeUndefined()
  })
})

describe('readGitOpsOwner', () => {
  const tracked = target({ [tracking]: 'loans:argoproj.io/Rollout:loans/loans-api' })
  const labelled = target({}, { 'app.kubernetes.io/instance': 'loans' })

  it.each([
    { at: 'self-heal', spec: { syncPolicy: { automated: { selfHeal: true } } }, sync: 'self-heal' },
    { at: 'automated', spec: { syncPolicy: { automated: {} } }, sync: 'automated' },
    { at: 'switched off', spec: { syncPolicy: { automated: { selfHeal: true, enabled: false } } }, sync: 'manual' },
    { at: 'by hand', spec: {}, sync: 'manual' },
  ])('reads $at', async ({ spec, sync }) => {
    const { client } = fakeClient({ objects: [application(spec)] })
    expect(await readGitOpsOwner(client, tracked)).toEqual({
      application: 'argocd/loans',
      evidence: `annotation ${tracking}`,
      isGuess: false,
      sync,
      source: { repository: 'https://git.example.com/loans.git', path: 'prod', revision: 'abc' },
    })
    expect(client.requests).toHaveLength(1)
  })

  it('reads the Stage of Kargo', async () => {
    const annotations = { 'kargo.akuity.io/authorized-stage': 'shop:prod' }
    const { client } = fakeClient({ objects: [application({}, { annotations })] })
    expect((await readGitOpsOwner(client, tracked))?.stage).toEqual({ project: 'shop', name: 'prod' })
  })

  it('asks nothing for an object that names no Application', async () => {
    const { client } = fakeClient()
    expect(await readGitOpsOwner(client, target({}))).toBeUndefined()
    expect(client.requests).toEqual([])
  })

  it('drops a guess that the Application does not confirm', async () => {
    const other = { ...application({}), ...{ status: { resources: [] } } }
    expect(await readGitOpsOwner(fakeClient({ objects: [other] }).client, labelled)).toBeUndefined()
    expect(await readGitOpsOwner(fakeClient({ objects: [application({})] }).client, labelled)).toMatchObject({
      isGuess: true,
    })
  })

  it('says what it could not see', async () => {
    const none = fakeClient().client
    expect((await readGitOpsOwner(none, tracked))?.notSeen).toBe('there is no such Application in this cluster')

    const hidden = fakeClient({ objects: [application({})] }).client
    const refuse = () => forbidden({ type: applications, user: 'ann', verb: 'list' } as Parameters<typeof forbidden>[0])
    hidden.faults.failNext(2, refuse)
    expect((await readGitOpsOwner(hidden, tracked))?.notSeen).toBe('you may not read Applications')
  })

  it('looks in argocd when it may not look everywhere', async () => {
    const { client } = fakeClient({ objects: [application({})] })
    const refuse = () => forbidden({ type: applications, user: 'ann', verb: 'list' } as Parameters<typeof forbidden>[0])
    client.faults.failNext(1, refuse)
    expect((await readGitOpsOwner(client, tracked))?.application).toBe('argocd/loans')
  })
})

import { describe, expect, it } from 'vitest'
import type { PodTemplate } from '../../../../src/lib/kube/core-objects.ts'
import type { GitOpsOwner } from '../../../../src/lib/rollouts/actions/git-ops-owner.ts'
import { parseImageAssignments, planSetImage } from '../../../../src/lib/rollouts/actions/set-image.ts'
import { restoredTemplate } from '../../../../src/lib/rollouts/actions/template-target.ts'
import { planUndo, type UndoOptions, type UndoState } from '../../../../src/lib/rollouts/actions/undo.ts'
import type { Rollout } from '../../../../src/lib/rollouts/rollout.ts'
import type { Workload } from '../../../../src/lib/rollouts/rollout-objects.ts'
import { aborted, healthy, progressing, replicaSet, unobserved } from './rollout-builders.ts'

const image = (tag: string) => `registry.example.com/loans-api:${tag}`
const history = [
  replicaSet(3, 'older', image('1.8.0')),
  replicaSet(4, 'stable', image('1.9.0')),
  replicaSet(5, 'canary', image('2.0.0')),
]
const healing: GitOpsOwner = {
  application: 'argocd/loans',
  evidence: 'annotation argocd.argoproj.io/tracking-id',
  isGuess: false,
  sync: 'self-heal',
  source: { repository: 'https://git.example.com/loans.git', path: 'prod', revision: 'abc123' },
}

function workloadOf(kind: string, template: PodTemplate): { rollout: Rollout; workload: Workload } {
  const rollout = progressing({ spec: { workloadRef: { apiVersion: 'apps/v1', kind, name: 'loans' } } })
  delete rollout.spec.template
  const metadata = { name: 'loans', namespace: 'loans', resourceVersion: '70' }
  return { rollout, workload: kind === 'PodTemplate' ? { metadata, template } : { metadata, spec: { template } } }
}
const template = (tag: string): PodTemplate => ({ spec: { containers: [{ name: 'loans-api', image: image(tag) }] } })

interface Row {
  at: string
  state: Partial<UndoState> & { rollout: Rollout }
  options?: UndoOptions
  to?: string
  resource?: string
  pointer?: string
  says?: RegExp
  refuses?: RegExp
}

const rows: Row[] = [
  {
    at: 'during an update: the stable one',
    state: { rollout: progressing() },
    to: '1.9.0',
    says: /revision 4 \(.*1.9.0\)/,
  },
  { at: 'after an abort: the stable one', state: { rollout: aborted() }, to: '1.9.0' },
  { at: 'when healthy: the one before', state: { rollout: healthy() }, to: '1.9.0' },
  {
    at: 'a stable one that is not the second newest',
    state: { rollout: progressing({ status: { stableRS: 'older' } }) },
    to: '1.8.0',
  },
  { at: 'to a revision', state: { rollout: healthy() }, options: { toRevision: 3 }, to: '1.8.0' },
  {
    at: 'to one that does not exist',
    state: { rollout: healthy() },
    options: { toRevision: 9 },
    refuses: /no revision 9.*5, stable \(.*2.0.0\); 4 \(.*1.9.0\); 3/,
  },
  {
    at: 'to the one it has',
    state: { rollout: healthy() },
    options: { toRevision: 5 },
    refuses: /already has the pod template of revision 5/,
  },
  {
    at: 'the first revision',
    state: { rollout: healthy(), replicaSets: history.slice(2) },
    refuses: /no earlier revision/,
  },
  {
    at: 'a stable ReplicaSet that is gone',
    state: { rollout: progressing(), replicaSets: history.slice(2) },
    refuses: /ReplicaSet of its stable version \(stable\) is gone/,
  },
  {
    at: 'a spec that the controller has not seen, compared as written',
    state: { rollout: unobserved(progressing()) },
    to: '1.9.0',
  },
  { at: 'a Deployment', state: workloadOf('Deployment', template('2.0.0')), to: '1.9.0', resource: 'deployments' },
  { at: 'a ReplicaSet', state: workloadOf('ReplicaSet', template('2.0.0')), to: '1.9.0', resource: 'replicasets' },
  {
    at: 'a PodTemplate, whose template is at the top',
    state: workloadOf('PodTemplate', template('2.0.0')),
    to: '1.9.0',
    resource: 'podtemplates',
    pointer: '/template',
  },
  {
    at: 'another workload',
    state: workloadOf('StatefulSet', template('2.0.0')),
    refuses: /only Deployment, ReplicaSet and PodTemplate/,
  },
  {
    at: 'a workload that is gone',
    state: { rollout: workloadOf('Deployment', {}).rollout },
    refuses: /deployment loans, which does not exist/,
  },
  {
    at: 'self-heal',
    state: { rollout: progressing(), owner: healing },
    refuses:
      /Application argocd\/loans, which heals itself.*git revert abc123 in https:\/\/git.example.com\/loans.git \(prod\).*--even-if-managed/,
  },
  {
    at: 'self-heal all the same',
    state: { rollout: progressing(), owner: healing },
    options: { evenIfManaged: true },
    to: '1.9.0',
    says: /will take this back/,
  },
  {
    at: 'Kargo',
    state: { rollout: progressing(), owner: { ...healing, sync: 'manual', stage: { project: 'shop', name: 'prod' } } },
    refuses: /Kargo's Stage shop\/prod decides.*freight promote FREIGHT --stage prod -n shop/,
  },
  {
    at: 'automated sync without self-heal',
    state: { rollout: progressing(), owner: { ...healing, sync: 'automated' } },
    to: '1.9.0',
    says: /out of sync now, and the next commit undoes this/,
  },
  {
    at: 'an Application that cannot be seen',
    state: {
      rollout: progressing(),
      owner: {
        application: 'loans',
        evidence: healing.evidence,
        isGuess: false,
        notSeen: 'you may not read Applications',
      },
    },
    refuses: /could not be seen: you may not read Applications/,
  },
  {
    at: 'a label that may mean another tool',
    state: {
      rollout: progressing(),
      owner: { application: 'loans', evidence: 'label x', isGuess: true, notSeen: 'you may not read Applications' },
    },
    to: '1.9.0',
    says: /it may belong to an Argo CD Application loans \(label x\)/,
  },
]

describe('planUndo', () => {
  it.each(rows)('$at', ({ state, options, to, says, refuses, resource = 'rollouts', pointer = '/spec/template' }) => {
    const plan = planUndo({ replicaSets: history, ...state }, options)
    if (plan.kind === 'refused') {
      expect([plan.refusal.message, ...plan.refusal.hints].join(' ')).toMatch(refuses ?? /^(expected writes)$/)
      return
    }
    expect(refuses).toBeUndefined()
    expect(plan.writes).toHaveLength(1)
    expect(plan.writes[0]?.type.resource).toBe(resource)
    expect(plan.writes[0]?.patch).toMatchObject({
      type: 'json',
      body: [{ op: 'replace', path: pointer, value: { spec: { containers: [{ image: image(to ?? '') }] } } }],
    })
    expect(JSON.stringify(plan.writes)).not.toContain('rollouts-pod-template-hash')
    expect(plan.changes).toEqual([
      {
        kind: 'changed',
        container: 'loans-api',
        containerKind: 'container',
        path: 'image',
        from: image('2.0.0'),
        to: image(to ?? ''),
      },
    ])
    expect([plan.says, ...plan.notes].join('\n')).toMatch(says ?? /goes back to revision/)
  })
})

describe('restoredTemplate', () => {
  it('leaves out what the controller put in, and nothing else', () => {
    const own = { labelSelector: { matchLabels: { app: 'x' } }, topologyKey: 'zone' }
    const injected = {
      labelSelector: { matchExpressions: [{ key: 'rollouts-pod-template-hash', operator: 'NotIn', values: ['x'] }] },
      topologyKey: 'kubernetes.io/hostname',
    }
    const affinity = {
      nodeAffinity: { kept: true },
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [own, injected],
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: injected }],
      },
    }
    const replica = replicaSet(4, 'stable', image('1.9.0'), {
      metadata: {
        name: 'x',
        annotations: {
          'rollout.argoproj.io/ephemeral-metadata':
            '{"labels":{"role":"stable","mine":"then"},"annotations":{"a":"1"}}',
        },
      },
      spec: {
        template: {
          metadata: {
            labels: { app: 'loans-api', role: 'stable', mine: 'now', 'rollouts-pod-template-hash': 'stable' },
            annotations: { a: '1' },
            ...{ creationTimestamp: null },
          },
          spec: { containers: [{ name: 'loans-api' }], ...{ affinity } },
        },
      },
    })
    expect(restoredTemplate(replica)).toEqual({
      metadata: { labels: { app: 'loans-api', mine: 'now' } },
      spec: {
        containers: [{ name: 'loans-api' }],
        affinity: {
          nodeAffinity: { kept: true },
          podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [own] },
        },
      },
    })
  })
})

const crowded = progressing({
  spec: {
    template: {
      spec: {
        initContainers: [{ name: 'migrate', image: 'migrate:1' }],
        containers: [
          { name: 'loans-api', image: 'loans:1' },
          { name: 'proxy', image: 'proxy:1' },
        ],
        ephemeralContainers: [{ name: 'debug' }],
      },
    },
  },
})

describe('planSetImage', () => {
  it.each([
    {
      at: 'one container',
      args: ['proxy=proxy:2'],
      sends: [{ op: 'add', path: '/spec/template/spec/containers/1/image', value: 'proxy:2' }],
    },
    {
      at: 'several, of every kind',
      args: ['migrate=migrate:2', 'loans-api=loans@sha256:abc', 'debug=busybox'],
      sends: [
        { op: 'add', path: '/spec/template/spec/initContainers/0/image', value: 'migrate:2' },
        { op: 'add', path: '/spec/template/spec/containers/0/image', value: 'loans@sha256:abc' },
        { op: 'add', path: '/spec/template/spec/ephemeralContainers/0/image', value: 'busybox' },
      ],
    },
    {
      at: 'all but one that is named',
      args: ['*=all:1', 'proxy=proxy:1', 'debug=other:1'],
      sends: [
        { op: 'add', path: '/spec/template/spec/initContainers/0/image', value: 'all:1' },
        { op: 'add', path: '/spec/template/spec/containers/0/image', value: 'all:1' },
        { op: 'add', path: '/spec/template/spec/ephemeralContainers/0/image', value: 'other:1' },
      ],
    },
    {
      at: 'an unknown one',
      args: ['prxy=proxy:2'],
      refuses: /no container "prxy" \(it has migrate, loans-api, proxy, debug\).*Did you mean proxy=proxy:2\?/,
    },
    { at: 'the image it has', args: ['proxy=proxy:1'], refuses: /already has this image/ },
  ])('$at', ({ args, sends, refuses }) => {
    const plan = planSetImage({ rollout: crowded }, parseImageAssignments(args))
    if (plan.kind === 'refused') {
      expect([plan.refusal.message, ...plan.refusal.hints].join(' ')).toMatch(refuses ?? /^(expected writes)$/)
      return
    }
    expect(refuses).toBeUndefined()
    expect(plan.writes.map(write => write.patch.body)).toEqual([sends])
    expect(plan.changes).toHaveLength(sends?.length ?? 0)
  })

  it('writes to the workload, at the place of its kind', () => {
    const plan = planSetImage(workloadOf('PodTemplate', template('2.0.0')), parseImageAssignments(['loans-api=x:1']))
    expect(plan).toMatchObject({
      writes: [
        { type: { resource: 'podtemplates' }, patch: { body: [{ path: '/template/spec/containers/0/image' }] } },
      ],
      says: 'podtemplate loans/loans image updated: loans-api=x:1',
      notes: ['rollout loans/loans-api takes its pod template from it'],
    })
  })

  it.each([
    [[], /no CONTAINER=IMAGE/],
    [['loans-api'], /not of the form/],
    [['=x'], /not of the form/],
    [['a='], /not of the form/],
    [['a=b c'], /not of the form/],
    [['a=b', 'a=c'], /"a" is given two images/],
  ])('refuses to read %j', (args, message) => {
    expect(() => parseImageAssignments(args)).toThrow(message)
  })

  it('keeps an = in an image', () => {
    expect(parseImageAssignments(['a=repo:tag=1'])).toEqual([{ container: 'a', image: 'repo:tag=1' }])
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Container, PodTemplate } from '../../../../src/lib/kube/core-objects.ts'
import { changeText, diffLines } from '../../../../src/lib/rollouts/diff/diff-text.ts'
import { diffTemplates } from '../../../../src/lib/rollouts/diff/template-diff.ts'

const web = (more: Partial<Container> & Record<string, unknown> = {}): Container => ({
  name: 'web',
  image: 'web:1',
  ...more,
})
const pod = (containers: Container[], spec: object = {}, metadata: PodTemplate['metadata'] = {}): PodTemplate => ({
  metadata,
  spec: { containers, ...spec },
})
const lines = (from: PodTemplate, to: PodTemplate) => diffLines(diffTemplates(from, to)).map(line => line.text)

describe('diffTemplates', () => {
  it.each<{ at: string; from: PodTemplate; to: PodTemplate; says: string[] }>([
    {
      at: 'an image',
      from: pod([web()]),
      to: pod([web({ image: 'web:2' })]),
      says: ['container web', '  ~ image: web:1 -> web:2'],
    },
    {
      at: 'environment',
      from: pod([
        web({
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        }),
      ]),
      to: pod([
        web({
          env: [
            { name: 'C', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
            { name: 'A', value: '' },
          ],
        }),
      ]),
      says: [
        'container web',
        '  + env[C]: {"name":"C","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}',
        '  ~ env[A]: 1 -> ""',
        '  - env[B]: 2',
      ],
    },
    {
      at: 'resources, by value',
      from: pod([web({ resources: { requests: { cpu: '1000m', memory: '512Mi' } } })]),
      to: pod([web({ resources: { requests: { cpu: '1', memory: '0.5Gi' }, limits: { cpu: '2' } } })]),
      says: ['container web', '  + resources.limits.cpu: 2'],
    },
    {
      at: 'a probe',
      from: pod([web({ readinessProbe: { httpGet: { path: '/ready', port: 80 }, periodSeconds: 5 } })]),
      to: pod([
        web({ readinessProbe: { httpGet: { path: '/healthz', port: 80 }, periodSeconds: 10, timeoutSeconds: 1 } }),
      ]),
      says: [
        'container web',
        '  ~ readinessProbe.httpGet.path: /ready -> /healthz',
        '  - readinessProbe.periodSeconds: 5',
      ],
    },
    {
      at: 'volumes and mounts',
      from: pod([web({ volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }] })], {
        volumes: [{ name: 'tmp', emptyDir: {} }],
      }),
      to: pod([web({ volumeMounts: [{ name: 'data', mountPath: '/tmp' }] })], {
        volumes: [{ name: 'data', secret: { secretName: 's', defaultMode: 420 } }],
      }),
      says: [
        'container web',
        '  ~ volumeMounts[/tmp].name: tmp -> data',
        'pod',
        '  + volumes[data]: {"name":"data","secret":{"secretName":"s"}}',
        '  - volumes[tmp]: {"name":"tmp","emptyDir":{}}',
      ],
    },
    {
      at: 'command and arguments',
      from: pod([web({ command: ['run'], args: ['a', 'b'] })]),
      to: pod([web({ command: ['run'], args: ['b', 'a'] })]),
      says: ['container web', '  ~ args: ["a","b"] -> ["b","a"]'],
    },
    {
      at: 'labels and annotations',
      from: pod([web()], {}, { labels: { app: 'x', 'rollouts-pod-template-hash': 'a' } }),
      to: pod([web()], {}, { labels: { app: 'y', 'rollouts-pod-template-hash': 'b' }, annotations: { 'a.io/b': '1' } }),
      says: ['pod', '  ~ labels.app: x -> y', '  + annotations[a.io/b]: 1'],
    },
    {
      at: 'containers',
      from: pod([web(), { name: 'old', image: 'old:1' }]),
      to: pod([web(), { name: 'new', image: 'new:1' }], { initContainers: [{ name: 'setup', image: 'setup:1' }] }),
      says: [
        'container new',
        '  + whole container (new:1)',
        'container old',
        '  - whole container (old:1)',
        'init container setup',
        '  + whole container (setup:1)',
      ],
    },
    {
      at: 'ports',
      from: pod([web({ ports: [{ containerPort: 80 }] })]),
      to: pod([
        web({
          ports: [
            { containerPort: 80, protocol: 'TCP', name: 'http' },
            { containerPort: 53, protocol: 'UDP' },
          ],
        }),
      ]),
      says: ['container web', '  + ports[80].name: http', '  + ports[53/UDP]: {"containerPort":53,"protocol":"UDP"}'],
    },
    {
      at: 'nothing but what the server fills in',
      from: pod([web({ env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] })], {
        serviceAccountName: 'sa',
      }),
      to: pod(
        [
          web({
            env: [{ name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
            imagePullPolicy: 'IfNotPresent',
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
            resources: {},
          }),
        ],
        {
          serviceAccountName: 'sa',
          serviceAccount: 'sa',
          restartPolicy: 'Always',
          dnsPolicy: 'ClusterFirst',
          schedulerName: 'default-scheduler',
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
        { creationTimestamp: null } as object,
      ),
      says: [],
    },
    {
      at: 'the pull policy of a moving tag',
      from: pod([web({ image: 'web', imagePullPolicy: 'IfNotPresent' })]),
      to: pod([web({ image: 'web', imagePullPolicy: 'Always' })]),
      says: ['container web', '  - imagePullPolicy: IfNotPresent'],
    },
    {
      at: 'two variables of one name, which have no identity',
      from: pod([
        web({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ]),
      to: pod([web({ env: [{ name: 'A', value: '2' }] })]),
      says: [
        'container web',
        '  ~ env: [{"name":"A","value":"1"},{"name":"A","value":"2"}] -> [{"name":"A","value":"2"}]',
      ],
    },
  ])('$at', ({ from, to, says }) => {
    expect(lines(from, to)).toEqual(says)
  })

  it('finds no difference in a template and itself, in any order of named items', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd')
    const container = fc.record({
      name,
      image: fc.constantFrom('x:1', 'x:2'),
      env: fc.uniqueArray(fc.record({ name, value: fc.string() }), { selector: each => each.name }),
    })
    const template = fc.uniqueArray(container, { selector: each => each.name }).map(containers => pod(containers))
    fc.assert(
      fc.property(template, one => {
        const turned = {
          ...one,
          spec: {
            containers: [...(one.spec?.containers ?? [])]
              .reverse()
              .map(each => ({ ...each, env: each.env?.toReversed() })),
          },
        }
        expect(diffTemplates(one, turned as PodTemplate)).toEqual([])
      }),
    )
  })

  it('mirrors itself when turned around', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const containers = fc.uniqueArray(
      fc.record({ name, image: fc.constantFrom('x:1', 'x:2'), args: fc.array(fc.string(), { maxLength: 2 }) }),
      { selector: each => each.name },
    )
    const turn = { added: 'removed', removed: 'added', changed: 'changed' } as const
    fc.assert(
      fc.property(containers, containers, (one, other) => {
        const key = (change: object) => JSON.stringify(change)
        const forth = diffTemplates(pod(one), pod(other)).map(({ kind, from, to, ...rest }) =>
          key({ kind: turn[kind], from: to, to: from, ...rest }),
        )
        const back = diffTemplates(pod(other), pod(one)).map(({ kind, from, to, ...rest }) =>
          key({ kind, from, to, ...rest }),
        )
        expect(new Set(forth)).toEqual(new Set(back))
      }),
    )
  })
})

describe('changeText', () => {
  it('is safe for a terminal and short', () => {
    const text = changeText({ kind: 'changed', path: 'args', from: '\u001b[31mred', to: 'x'.repeat(500) })
    expect(text).not.toContain('\u001b')
    expect(text.length).toBeLessThan(140)
  })
})

import { describe, expect, it } from 'vitest'
import type { AnalysisTemplate, AnalysisTemplateSpec, TemplateRef } from '../../../src/lib/analysis/analysis.ts'
import { findTemplates } from '../../../src/lib/analysis/find-templates.ts'
import {
  declaredArguments,
  mergeArguments,
  runSpecOf,
  undeclaredArguments,
} from '../../../src/lib/analysis/merge-templates.ts'
import { rolloutArguments } from '../../../src/lib/analysis/rollout-arguments.ts'
import { metric } from './builders.ts'

const template = (name: string, spec: AnalysisTemplateSpec): AnalysisTemplate => ({ metadata: { name }, spec })
const secret = { secretKeyRef: { name: 's', key: 'k' } }

it.each([
  ['the first value', [[{ name: 'a', value: '1' }], [{ name: 'a' }]], [{ name: 'a', value: '1' }]],
  [
    'a later value instead of none',
    [[{ name: 'a', valueFrom: secret }], [{ name: 'a', value: '1' }]],
    [{ name: 'a', value: '1' }],
  ],
])('takes %s', (_what, lists, expected) => {
  expect(declaredArguments(lists.map(args => ({ args })))).toEqual(expected)
})

it('overrides what is declared, and drops the rest', () => {
  const declared = [
    { name: 'a', value: '1' },
    { name: 'b', valueFrom: secret },
  ]
  const incoming = [
    { name: 'a', value: '' },
    { name: 'c', value: '3' },
  ]
  expect(mergeArguments(incoming, declared)).toEqual([
    { name: 'a', value: '' },
    { name: 'b', valueFrom: secret },
  ])
  const found = { templates: [template('t', { args: declared })], clusterTemplates: [] }
  expect(undeclaredArguments(incoming, found)).toEqual(['c'])
})

it.each<[string, AnalysisTemplateSpec, string]>([
  ['a metric twice', { metrics: [metric(), metric()] }, "two metrics have the same name 'rate'"],
  [
    'a dry-run rule twice',
    { dryRun: [{ metricName: 'a' }, { metricName: 'a' }] },
    "two Dry-Run metric rules have the same name 'a'",
  ],
  [
    'a retention rule twice',
    { measurementRetention: [{ metricName: 'a' }, { metricName: 'a' }] },
    "two Measurement Retention metric rules have the same name 'a'",
  ],
  [
    'two values',
    {
      args: [
        { name: 'a', value: 'x' },
        { name: 'a', value: 'y' },
      ],
    },
    "Argument `a` specified multiple times with different values: 'x', 'y'",
  ],
  ['an argument without source', { args: [{ name: 'a' }] }, 'args.a was not resolved'],
])('refuses %s', (_what, spec, message) => {
  expect(() => runSpecOf({ templates: [template('t', spec)], clusterTemplates: [] })).toThrow(message)
})

describe('nested templates', () => {
  const read =
    (all: Record<string, TemplateRef[]>) =>
    async ({ templateName }: TemplateRef) =>
      all[templateName] ? template(templateName, { templates: all[templateName] }) : undefined
  const names = (found: readonly AnalysisTemplate[]) => found.map(each => each.metadata.name)

  it('are found depth-first, each once', async () => {
    const all = {
      a: [{ templateName: 'b' }, { templateName: 'g', clusterScope: true }],
      b: [],
      c: [{ templateName: 'b' }],
      g: [],
    }
    const found = await findTemplates([{ templateName: 'a' }, { templateName: 'c' }], read(all))
    expect([names(found.templates), names(found.clusterTemplates)]).toEqual([['a', 'b', 'c'], ['g']])
  })

  it.each([
    [
      'in a circle',
      { a: [{ templateName: 'b' }], b: [{ templateName: 'a' }] },
      'in a circle: analysistemplate/a -> analysistemplate/b -> analysistemplate/a',
    ],
    ['that are missing', { a: [{ templateName: 'x' }] }, 'analysistemplate/a -> analysistemplate/x was not found'],
  ])('%s are refused', async (_what, all, message) => {
    await expect(findTemplates([{ templateName: 'a' }], read(all))).rejects.toThrow(message)
  })
})

describe('arguments of a rollout', () => {
  const rollout = {
    metadata: { name: 'web', namespace: 'shop', labels: { 'a/b': 'x' } },
    spec: { replicas: 1_000_000, strategy: { canary: { steps: [{ setWeight: 20 }] } } },
  }
  const hashes = { latest: 'new', stable: 'old' }
  const field = (fieldPath: string) =>
    rolloutArguments([{ name: 'a', valueFrom: { fieldRef: { fieldPath } } }], rollout, hashes)[0]?.value

  it('always have a value', () => {
    const args = [
      { name: 'none' },
      { name: 'l', valueFrom: { podTemplateHashValue: 'Latest' as const } },
      { name: 's', valueFrom: { podTemplateHashValue: 'Stable' as const } },
    ]
    expect(rolloutArguments(args, rollout, hashes).map(arg => arg.value)).toEqual(['', 'new', 'old'])
  })

  it.each([
    ['metadata.name', 'web'],
    ["metadata.labels['a/b']", 'x'],
    ["metadata.annotations['x']", ''],
    ['metadata.labels', 'a/b="x"'],
    ['spec.strategy.canary.steps[0].setWeight', '20'],
    ['spec.replicas', '1e+06'],
  ])('read %s as %s', (path, value) => expect(field(path)).toBe(value))

  it.each([
    ['metadata.labels.app', 'unsupported fieldPath: metadata.labels.app'],
    ['spec.nope', 'invalid path spec.nope in rollout'],
    ['spec.replicas.x', 'invalid path spec.replicas.x in rollout'],
    ['spec.strategy', 'path spec.strategy in rollout must terminate in a primitive value'],
    ['spec.strategy.canary.steps[x]', "invalid index 'x'"],
    ['spec.strategy.canary.steps[3]', 'index 3 out of range'],
  ])('refuse %s', (path, message) => expect(() => field(path)).toThrow(message))
})

import { describe, expect, it } from 'vitest'
import { lint } from '../../../src/lib/lint/lint.ts'
import { file, findingsOf, options } from './checked.ts'

const rollout = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: shop}
spec:
  strategy:
    canary:
      analysis:
        startingStep: 1
        templates: [{templateName: errors}]
        args: [{name: service, value: shop-canary}]
      steps: [{setWeight: 10}]
`
const template = (arg: string, namespace = '') => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {name: errors${namespace && `, namespace: ${namespace}`}}
spec:
  args: [{name: ${arg}}]
  metrics:
  - name: errors
    successCondition: len(result) == 0
    provider: {prometheus: {query: 'max(up{pod="{{args.${arg}}}"})'}}
`
const rulesOf = (...files: [name: string, text: string][]) =>
  lint({ files: files.map(([name, text]) => file(text, name)) }, options).findings.map(({ rule }) => rule)

describe('the template that a name means', () => {
  it.each([
    [
      'the only one',
      [
        ['a/r.yaml', rollout],
        ['b/t.yaml', template('service')],
      ],
      [],
    ],
    [
      'the one of the same file',
      [
        ['a/t.yaml', template('other')],
        ['b/r.yaml', `${rollout}---\n${template('service')}`],
      ],
      [],
    ],
    [
      'the one of the same directory',
      [
        ['a/t.yaml', template('other')],
        ['b/r.yaml', rollout],
        ['b/t.yaml', template('service')],
      ],
      [],
    ],
    [
      'the one of the same namespace',
      [
        ['a.yaml', template('other', 'x')],
        ['b.yaml', template('service', 'y')],
        ['r.yaml', rollout.replace('name: shop}', 'name: shop, namespace: y}')],
      ],
      [],
    ],
    [
      'none of another namespace',
      [
        ['b.yaml', template('service', 'y')],
        ['r.yaml', rollout.replace('name: shop}', 'name: shop, namespace: z}')],
      ],
      ['CA045'],
    ],
    [
      'one with other arguments',
      [
        ['a.yaml', rollout],
        ['b.yaml', template('other')],
      ],
      ['CA046', 'CA047'],
    ],
  ] as [string, [string, string][], string[]][])('%s', (_name, files, rules) => {
    expect(rulesOf(...files).sort()).toEqual(rules)
  })
})

describe('templates of Helm', () => {
  it.each([
    [
      'before they are rendered',
      'kind: AnalysisTemplate\nmetadata:\n  name: {{ .Values.name }}\n  {{- include "x" . }}\n',
      'CA001',
    ],
    ['in quotes', template('x').replace('up{', 'up{a="{{ .Values.a }}",'), 'CA039'],
  ])('%s are called so', (_name, text, rule) => {
    expect(findingsOf(text)).toContainEqual(expect.objectContaining({ rule, hint: expect.stringContaining('Helm') }))
  })
})

describe('what is not ours', () => {
  it.each([
    ['an object of another kind that is no strict YAML', "kind: ConfigMap\ndata:\n  a: 'b\nc'\n", []],
    ['one of our kinds that is no YAML', "kind: Rollout\ndata:\n  a: 'b\nc'\n", ['CA001']],
    ['text', 'hello', []],
    ['an empty file', '', []],
    ['a document between others', `${template('x')}---\nkind: Service\n---\n`, []],
    ['a Stage of somebody else', 'apiVersion: example.com/v1\nkind: Stage\nspec: {verification: {}}\n', []],
  ])('%s', (_name, text, rules) => {
    expect(findingsOf(text).map(({ rule }) => rule)).toEqual(rules)
  })
})

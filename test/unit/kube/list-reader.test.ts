import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/lib/context/kube-object.ts'
import { ListReader } from '../../../src/lib/kube/list-reader.ts'
import { pods, rollouts } from '../../../src/lib/kube/resource-types.ts'

function read(text: string, chunkSize: number, type = rollouts) {
  const reader = new ListReader<KubeObject, KubeObject>(type, object => object)
  const bytes = Buffer.from(text)
  for (let from = 0; from < bytes.length; from += chunkSize) reader.push(bytes.subarray(from, from + chunkSize))
  return reader.end()
}

const object = (name: string, more: object = {}) => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, annotations: { note: 'ä✓"\\'.repeat(40) } },
  ...more,
})
const metadata = { continue: 'eyJ2IjoibWV0YS5rOHMuaW8vdjEi', remainingItemCount: 7, resourceVersion: '10' }
const custom = (items: unknown[]) =>
  JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', items, kind: 'RolloutList', metadata })
const builtIn = (items: unknown[]) => `${JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata, items })}\n`
const page = (items: unknown[]) => ({
  items,
  resourceVersion: '10',
  continueToken: metadata.continue,
  remainingItemCount: 7,
})
const many = Array.from({ length: 30 }, (_, index) => object(`r${index}`))

describe.each([1, 7, 1000, 1_000_000])('in chunks of %i bytes', chunkSize => {
  it.each([
    { what: 'custom resources', text: custom(many), items: many },
    { what: 'no objects', text: custom([]), items: [] },
    { what: 'null for no objects', text: JSON.stringify({ items: null, metadata }), items: [] },
    { what: 'one object', text: custom([object('a')]), items: [object('a')] },
    { what: 'with white space', text: JSON.stringify(JSON.parse(custom(many)), undefined, 2), items: many },
    { what: 'kind first, metadata before the objects', text: builtIn(many), items: many },
  ])('$what', ({ text, items }) => {
    expect(read(text, chunkSize)).toEqual(page(items))
  })

  it('built-in types get their kind', () => {
    const items = Array.from({ length: 30 }, (_, index) => ({ metadata: { name: `p${index}`, uid: 'x'.repeat(80) } }))
    expect(read(builtIn(items), chunkSize, pods)).toEqual(
      page(items.map(each => ({ apiVersion: 'v1', kind: 'Pod', ...each }))),
    )
  })

  it('objects of the same kind inside of objects', () => {
    const nested = many.map(each => ({ ...each, spec: { list: [object('x'), object('y'), object('z')], after: [1] } }))
    expect(read(custom(nested), chunkSize)).toEqual(page(nested))
  })

  it('a list inside of the last object', () => {
    const items = [...many, object('last', { spec: { a: [[1], [2, [3]]] } })]
    expect(read(custom(items), chunkSize)).toEqual(page(items))
  })

  it('brackets after the objects', () => {
    const text = custom(many).replace('"kind":"RolloutList"', '"kind":"RolloutList","x":[1,[2]]')
    expect(read(text, chunkSize)).toEqual(page(many))
  })

  it.each([
    { what: 'a page of HTML', text: `<html>${'x'.repeat(3000)}</html>` },
    { what: 'a cut-off list', text: custom(many).slice(0, -200) },
    { what: 'a list cut off in the middle', text: custom(many).slice(0, 3000) },
    { what: 'an object that is no list', text: JSON.stringify({ kind: 'Status' }) },
    { what: 'nothing', text: '' },
    { what: 'null', text: 'null' },
  ])('$what is none', ({ text }) => {
    expect(() => read(text, chunkSize)).toThrow(/^the server answered something that is not a list: /)
  })
})

it('whatever the objects hold and wherever the chunks end', () => {
  const tricky = fc.constantFrom(
    '},{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":',
    ']',
    '}]',
    '"',
    '\\',
    '],"kind":"RolloutList","metadata":{"continue":"no"}}',
  )
  const tree = fc.letrec(tie => ({
    node: fc.oneof(
      { maxDepth: 3 },
      tricky,
      fc.string({ unit: 'grapheme' }),
      fc.integer(),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('metadata', 'items', 'kind', 'apiVersion', 'x'), tie('node'), { maxKeys: 3 }),
      fc.constant(object('inner')),
    ),
  })).node
  const items = fc.array(
    fc.tuple(tree, fc.boolean()).map(([spec, isOdd]) => (isOdd ? { kind: 'Rollout', spec } : object('o', { spec }))),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 4000 }), fc.boolean(), (given, chunkSize, isBuiltIn) => {
      const text = (isBuiltIn ? builtIn : custom)(given)
      const { items: all } = read(text, chunkSize)
      expect(all).toEqual(JSON.parse(text).items)
    }),
    { numRuns: 400 },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/lib/playground/store/json.ts'
import {
  createMergePatch,
  jsonPatch,
  mergePatch,
  strategicMergePatch,
} from '../../../../src/lib/playground/store/patches.ts'

describe('merge patch', () => {
  it.each([
    { target: { a: 1, b: { c: 2 } }, patch: { b: { d: 3 } }, result: { a: 1, b: { c: 2, d: 3 } } },
    { target: { a: 1, b: 2 }, patch: { a: null }, result: { b: 2 } },
    { target: { a: [1, 2] }, patch: { a: [3] }, result: { a: [3] } },
    { target: { a: 'text' }, patch: { a: { b: 1, c: null } }, result: { a: { b: 1 } } },
  ])('$target with $patch', ({ target, patch, result }) => {
    expect(mergePatch(target, patch)).toEqual(result)
  })

  // a merge patch cannot say that a value is null
  const withoutNull = fc.letrec<{ value: Json }>(tie => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
    ),
  })).value
  const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), withoutNull)

  it('made from two objects turns one into the other', () => {
    fc.assert(
      fc.property(objects, objects, (before, after) => {
        const patch = createMergePatch(before, after)
        expect(patch === undefined ? before : mergePatch(before, patch)).toEqual(after)
      }),
    )
  })
})

describe('JSON patch', () => {
  it.each([
    { op: { op: 'add', path: '/a/1', value: 9 }, result: { a: [1, 9, 2], 'b/c': 3 } },
    { op: { op: 'add', path: '/a/-', value: 9 }, result: { a: [1, 2, 9], 'b/c': 3 } },
    { op: { op: 'replace', path: '/b~1c', value: 9 }, result: { a: [1, 2], 'b/c': 9 } },
    { op: { op: 'remove', path: '/a/0' }, result: { a: [2], 'b/c': 3 } },
    { op: { op: 'move', from: '/a/0', path: '/d' }, result: { a: [2], 'b/c': 3, d: 1 } },
    { op: { op: 'copy', from: '/b~1c', path: '/a/0' }, result: { a: [3, 1, 2], 'b/c': 3 } },
    { op: { op: 'test', path: '/a', value: [1, 2] }, result: { a: [1, 2], 'b/c': 3 } },
  ])('$op', ({ op, result }) => {
    expect(jsonPatch({ a: [1, 2], 'b/c': 3 }, [op])).toEqual(result)
  })

  it.each([
    [{ op: 'remove', path: '/x' }],
    [{ op: 'replace', path: '/x', value: 1 }],
    [{ op: 'add', path: '/a/7', value: 1 }],
    [{ op: 'add', path: '/x/y', value: 1 }],
    [{ op: 'test', path: '/a', value: [] }],
    [{ op: 'jump', path: '/a' }],
  ])('%j is refused without saying why', operation => {
    expect(() => jsonPatch({ a: [1] }, [operation])).toThrow('the server rejected our request')
  })
})

describe('strategic merge patch', () => {
  const containers = [
    { name: 'app', image: 'a:1', env: [{ name: 'X', value: '1' }] },
    { name: 'proxy', image: 'p:1' },
  ]

  it.each([
    {
      what: 'merges a container by its name',
      patch: { containers: [{ name: 'app', image: 'a:2', env: [{ name: 'Y', value: '2' }] }] },
      result: [
        {
          name: 'app',
          image: 'a:2',
          env: [
            { name: 'X', value: '1' },
            { name: 'Y', value: '2' },
          ],
        },
        { name: 'proxy', image: 'p:1' },
      ],
    },
    { what: 'deletes one', patch: { containers: [{ name: 'proxy', $patch: 'delete' }] }, result: [containers[0]] },
    {
      what: 'replaces the list',
      patch: { containers: [{ $patch: 'replace' }, { name: 'new' }] },
      result: [{ name: 'new' }],
    },
  ])('$what', ({ patch, result }) => {
    expect(strategicMergePatch({ containers }, patch)).toEqual({ containers: result })
  })

  it('takes single values out of a list', () => {
    const patch = { '$deleteFromPrimitiveList/finalizers': ['b'], '$setElementOrder/finalizers': ['a'] }
    expect(strategicMergePatch({ finalizers: ['a', 'b'] }, patch)).toEqual({ finalizers: ['a'] })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSelector, matchesSelector, parseSelector, requirementsOf } from '../../../src/lib/kube/selectors.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

const labels = { app: 'web', 'app.kubernetes.io/name': 'shop', tier: '', weight: '10' }

describe('what matches', () => {
  it.each([
    ['', true],
    ['app=web', true],
    ['app==web', true],
    [' app = web ', true],
    ['app=api', false],
    ['app!=api', true],
    ['app!=web', false],
    ['nothing!=x', true],
    ['app in (web, api)', true],
    ['app in (api)', false],
    ['app notin (web)', false],
    ['nothing notin (web)', true],
    ['app', true],
    ['nothing', false],
    ['!nothing', true],
    ['!app', false],
    ['tier=', true],
    ['tier in ()', true],
    ['tier in (,x)', true],
    ['app=', false],
    ['weight>9', true],
    ['weight > 10', false],
    ['weight<11', true],
    ['app>1', false],
    ['app=web,weight<11,!nothing', true],
    ['app=web,weight<1', false],
    ['app.kubernetes.io/name=shop', true],
    ['toString', false],
  ])('%j: %j', (selector, expected) => {
    expect(matchesSelector(labels, parseSelector(selector))).toBe(expected)
  })

  it('no labels at all', () => {
    expect(matchesSelector(undefined, parseSelector('!app'))).toBe(true)
    expect(matchesSelector(undefined, parseSelector('app'))).toBe(false)
  })
})

describe('what cannot be read (apimachinery: labels.Parse)', () => {
  it.each([
    ['app=web api', /at "api" \(character 9\): a comma has to follow/],
    ['app===web', /at "=" \(character 6\): a label value is wanted/],
    ['=web', /at "=" \(character 1\): a label key is wanted/],
    ['app=web,', /at its end: a label key is wanted/],
    ['app in web', /at "web" .*: in and notin need their values in parentheses/],
    ['app in (web', /at its end: a comma or \) has to follow/],
    ['app within (web)', /at "within"/],
    ['app=we/b', /a label value is wanted/],
    ['-app', /a label key is wanted/],
    ['app>web', /> compares whole numbers/],
    ['!', /a label key is wanted/],
    [`a=${'x'.repeat(64)}`, /a label value is wanted/],
    ['a/b/c', /a label key is wanted/],
  ])('%j', (selector, message) => {
    let failure: unknown
    try {
      parseSelector(selector)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ outcome: 'usage', reason: 'InvalidSelector' })
    expect((failure as Failure).message).toMatch(message)
    expect((failure as Failure).message).toContain(JSON.stringify(selector))
  })

  it('nothing else is thrown, whatever is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab,=!()<>in 1-./') }), text => {
        try {
          parseSelector(text)
        } catch (error) {
          expect(error).toBeInstanceOf(Failure)
        }
      }),
    )
  })
})

it('what is formatted is read again as the same', () => {
  const selector = parseSelector('a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2,n=')
  expect(parseSelector(formatSelector(selector))).toEqual(selector)
  expect(formatSelector(selector)).toBe('a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2,n=')
})

it('the selector of a workload', () => {
  const selector = requirementsOf({
    matchLabels: { app: 'web' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', ''] },
      { key: 'x', operator: 'NotIn', values: ['y'] },
      { key: 'weight', operator: 'Exists' },
      { key: 'z', operator: 'DoesNotExist' },
    ],
  })
  expect(formatSelector(selector)).toBe('app=web,tier in (a,),x notin (y),weight,!z')
  expect(matchesSelector(labels, selector)).toBe(true)
})

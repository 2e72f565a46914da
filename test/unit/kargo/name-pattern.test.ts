import { describe, expect, it } from 'vitest'
import { matchesNamePattern, PatternError } from '../../../src/lib/kargo/name-pattern.ts'

describe('names of policies', () => {
  it.each([
    ['prod', 'prod', true],
    ['prod', 'prod-eu', false],
    ['glob:prod', 'prod-eu', false],
    ['glob:prod*', 'prod-eu', true],
    ['glob:**', 'prod', true],
    ['glob:p?od', 'prod', true],
    ['glob:p?od', 'pod', false],
    ['glob:[p-q]*', 'qa', true],
    ['glob:[^p]*', 'prod', false],
    ['glob:[!p]*', 'qa', true],
    ['glob:[a-]x', '-x', true],
    ['glob:{prod,qa}-{eu,us}', 'qa-us', true],
    ['glob:{prod{,-eu},qa}', 'prod-eu', true],
    ['glob:{prod,qa}', 'dev', false],
    ['glob:a,b', 'a,b', true],
    ['glob:\\*', '*', true],
    ['glob:\\*', 'x', false],
    ['glob:p.od', 'prod', false],
    ['glob:', '', true],
    ['regex:ro', 'prod', true],
    ['regexp:^ro', 'prod', false],
    ['regex:(?i)PROD', 'prod', true],
    ['regex:^p[[:alpha:]]+$', 'prod', true],
    ['regex:', 'anything', true],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesNamePattern(pattern, name)).toBe(expected)
  })

  it.each(['glob:[', 'glob:[]', 'glob:[^]', 'glob:{a', 'glob:a}', 'glob:a\\', 'regex:(', 'regexp:a{2,1}'])(
    '%s is none',
    pattern => {
      expect(() => matchesNamePattern(pattern, 'prod')).toThrow(PatternError)
    },
  )
})

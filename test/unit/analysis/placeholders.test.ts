import { describe, expect, it } from 'vitest'
import { resolveMetric } from '../../../src/lib/analysis/placeholders.ts'
import type { AnalysisMetric } from '../../../src/lib/rollouts/rollout.ts'
import { metric } from './builders.ts'

describe.each<[string, Partial<AnalysisMetric>, Record<string, string>, Partial<AnalysisMetric>]>([
  [
    'in a condition',
    { successCondition: 'result < {{args.a}} && true' },
    { a: '5' },
    { successCondition: 'result < 5 && true' },
  ],
  ['with spaces', { interval: '{{  args.a }}' }, { a: '5m' }, { interval: '5m' }],
  ['in a number', { count: '{{args.a}}' }, { a: '5' }, { count: '5' }],
  ['in the name', { name: 'x-{{args.a}}-{{args.a}}' }, { a: 'b' }, { name: 'x-b-b' }],
  [
    'with quotes and line breaks',
    { successCondition: '{{args.a}}' },
    { a: '"a"\n\t\\é' },
    { successCondition: '"a"\n\t\\é' },
  ],
  ['once only', { successCondition: '{{args.a}}' }, { a: '{{args.b}}', b: '1' }, { successCondition: '{{args.b}}' }],
  ['not without opening braces', { successCondition: 'args.a }}' }, { a: '1' }, { successCondition: 'args.a }}' }],
  [
    'beside characters that Go escapes',
    { successCondition: 'a<b>c&{{args.a}}' },
    { a: '<' },
    { successCondition: 'a<b>c&<' },
  ],
])('a placeholder %s', (_what, more, values, expected) => {
  it('is replaced', () => {
    const args = Object.entries(values).map(([name, value]) => ({ name, value }))
    expect(resolveMetric(metric(more), args)).toEqual(metric({ ...more, ...expected }))
  })
})

it.each<[string, Partial<AnalysisMetric>, { name: string; value?: string }[], string]>([
  ['an argument without value that is not used', {}, [{ name: 'a' }], 'argument "a" was not supplied'],
  ['an unknown argument', { successCondition: '{{args.x}} {{args.y}}' }, [], 'failed to resolve {{args.y}}'],
  ['something else in braces', { successCondition: '{{ a < "b" }}' }, [], 'failed to resolve {{ a \\u003c \\"b\\" }}'],
  [
    'BEL',
    { successCondition: '{{args.a}}' },
    [{ name: 'a', value: '\u0007' }],
    "invalid character 'a' in string escape code",
  ],
  [
    'DEL',
    { successCondition: '{{args.a}}' },
    [{ name: 'a', value: '\u007f' }],
    "invalid character 'x' in string escape code",
  ],
  [
    'unclosed braces, which swallow what follows',
    { name: 'm', interval: '{{args.t' },
    [],
    'failed to resolve {{args.t","provider":{"web":{"url":"http://web/","authentication":{"sigv4":{},"oauth2":{}}',
  ],
  [
    'unclosed braces at the very end',
    { name: 'm', provider: { job: {} }, consecutiveSuccessLimit: '{{x' },
    [],
    'Cannot find end tag="}}" in the template="{\\"name\\":\\"m\\",\\"provider\\":{\\"job\\":{}},\\"consecutiveSuccessLimit\\":\\"{{x\\"}" starting from "x\\"}"',
  ],
])('refuses %s', (_what, more, args, message) => {
  expect(() => resolveMetric(metric(more), args)).toThrow(message)
})

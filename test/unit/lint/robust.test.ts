import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { lint } from '../../../src/lib/lint/lint.ts'
import { filesOf, findingsOf, fixtures, options } from './checked.ts'

const fields = [
  ...['metrics', 'args', 'templates', 'dryRun', 'measurementRetention', 'strategy', 'canary', 'steps', 'analysis'],
  ...['verification', 'requestedFreight', 'promotionTemplate', 'analyses', 'name', 'value', 'valueFrom', 'provider'],
  ...[
    'prometheus',
    'web',
    'job',
    'datadog',
    'query',
    'interval',
    'count',
    'failureLimit',
    'successCondition',
    'headers',
  ],
  ...[
    'templateName',
    'fieldRef',
    'fieldPath',
    'rangeQuery',
    'jsonPath',
    'spec',
    'sources',
    'blueGreen',
    'prePromotionAnalysis',
  ],
]
const scalar = fc.oneof(
  fc.constantFrom(
    '',
    '{{',
    '{{args.a}}',
    '{{a}}',
    'result[0] > 1',
    'sum(x)',
    '5m',
    '$' + '{{ freight.x }}',
    '#',
    '*',
    '[',
    'metadata.labels.a',
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 8 }),
)
const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 5 }),
  ),
}))
const kind = fc.constantFrom(
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
  'AnalysisRun',
  'Rollout',
  'Experiment',
  'Stage',
)

describe('whatever is given', () => {
  it('objects of any shape are checked without an exception', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind, metadata: value, spec: value }), { minLength: 1, maxLength: 3 }),
        objects => {
          const text = objects.map(each => stringify({ apiVersion: 'kargo.akuity.io/v1alpha1', ...each })).join('---\n')
          for (const finding of findingsOf(text)) {
            expect(finding.place?.line).toBeGreaterThan(0)
            expect(finding.message).not.toBe('')
          }
        },
      ),
      { numRuns: 400 },
    )
  })

  it('broken files are checked without an exception', () => {
    const good = filesOf(`${fixtures}/good`)
    const cut = fc.record({
      file: fc.nat(good.length - 1),
      at: fc.nat(3000),
      gone: fc.nat(40),
      put: fc.constantFrom('', '{', '}}', "'", '"', '\n', ' #', ':', '- ', '\t'),
    })
    fc.assert(
      fc.property(cut, ({ file, at, gone, put }) => {
        const { name, text } = good[file] ?? { name: '', text: '' }
        const broken = text.slice(0, at) + put + text.slice(at + gone)
        const { findings } = lint({ files: [{ name, text: broken }] }, options)
        for (const { place } of findings) expect(place?.line).toBeLessThanOrEqual(broken.split('\n').length)
      }),
      { numRuns: 600 },
    )
  })

  it('aliases that multiply are refused', () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) => `a${index}: &a${index} [${Array(9).fill(index === 0 ? 'x' : `*a${index - 1}`)}]`,
    )
    expect(findingsOf(levels.join('\n'))).toMatchObject([{ rule: 'CA001' }])
  })

  it('templates of a circle are left after one round', () => {
    expect(
      findingsOf('kind: AnalysisTemplate\nmetadata: {name: a}\nspec: {templates: [{templateName: a}]}'),
    ).toMatchObject([{ rule: 'CA050' }])
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { counters } from '../../../src/lib/analysis-test/analysis-test.ts'
import { runFiles } from '../../../src/lib/analysis-test/run-files.ts'
import { updateFile } from '../../../src/lib/analysis-test/update.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'

/** A test file whose expectations are updated holds what the run came to, and everything else as it was. */

const manifests = `
kind: AnalysisTemplate
metadata: {name: t}
spec:
  metrics:
  - name: a
    interval: 1s
    count: 3
    failureLimit: 1
    inconclusiveLimit: 1
    consecutiveErrorLimit: 2
    successCondition: asFloat(result) > 1
    failureCondition: asFloat(result) < 0
    provider: {web: {url: 'http://w'}}
  - name: b
    provider: {graphite: {}}
`

async function outcomesOf(text: string) {
  const folder = temporaryFolder({ 'manifests.yaml': manifests })
  try {
    const source = { name: 'x.test.yaml', path: undefined, folder: folder.path, text }
    const { outcomes } = await runFiles([source], { version: '1.9' }, { signal: new AbortController().signal })
    return outcomes
  } finally {
    folder.remove()
  }
}

async function updated(text: string) {
  const outcomes = await outcomesOf(text)
  const file = outcomes[0]?.prepared.file
  if (file === undefined) throw new Error('the text has a test')
  return updateFile(
    file,
    outcomes.filter(each => each.mismatches.length > 0),
  )
}

const head = 'apiVersion: kubectl-canary/v1\nkind: AnalysisTest\ntemplates: [manifests.yaml]\ntests:\n'
const oneTest = (expectation: string, a = '[{value: 2}]') =>
  `${head}- name: x # the only one\n  template: t\n  responses:\n    a: ${a}\n    b: [{value: [1.5, 2]}]\n  expect:${expectation}`

describe('an update', () => {
  it.each([
    {
      name: 'of a scalar keeps its comment and its neighbours',
      before: '\n    phase: Failed # hope\n    # between\n    finishedAfter: 1h\n',
      after: '\n    phase: Successful # hope\n    # between\n    finishedAfter: 2s\n',
    },
    {
      name: 'of a flow list changes, adds and keeps',
      before: '\n    phase: Successful\n    metrics: {a: {values: [2, 3]}, b: {values: [ 7 , 8 ]}}\n',
      after: '\n    phase: Successful\n    metrics: {a: {values: [2, 2, 2]}, b: {values: [ [1.5, 2] ]}}\n',
    },
    {
      name: 'of a block list keeps the comments of its lines',
      before:
        '\n    phase: Successful\n    metrics:\n      a:\n        values:\n        - 2 # one\n        - 3 # two\n        # end\n',
      after:
        '\n    phase: Successful\n    metrics:\n      a:\n        values:\n        - 2 # one\n        - 2 # two\n        - 2\n        # end\n',
    },
    {
      name: 'of a block list that is too long takes lines away',
      before:
        '\n    phase: Successful\n    metrics:\n      a:\n        values:\n        - 2\n        - 2\n        - 2 # three\n        - 4 # four\n        - 5\n      b: {count: 1}\n',
      after:
        '\n    phase: Successful\n    metrics:\n      a:\n        values:\n        - 2\n        - 2\n        - 2 # three\n      b: {count: 1}\n',
    },
    {
      name: 'of an empty list fills it',
      before: '\n    phase: Successful\n    metrics: {a: {values: []}}\n',
      after: '\n    phase: Successful\n    metrics: {a: {values: [2, 2, 2]}}\n',
    },
    {
      name: 'of a quoted value stays exact',
      before: "\n    phase: Successful\n    metrics: {b: {values: ['[1]']}}\n",
      after: '\n    phase: Successful\n    metrics: {b: {values: ["[1.500000,2.000000]"]}}\n',
    },
    {
      name: 'of a folded message replaces all its lines',
      before: '\n    message: >-\n      two\n      lines\n    phase: Failed\n',
      after: '\n    message: ""\n    phase: Successful\n',
    },
    {
      name: 'of the last line of a file without an end',
      before: '\n    phase: Failed',
      after: '\n    phase: Successful',
    },
    {
      name: 'of flow maps',
      before: ' {phase: Failed, finishedAfter: 1s}\n',
      after: ' {phase: Successful, finishedAfter: 2s}\n',
    },
    {
      name: 'with Windows line ends',
      before: '\r\n    phase: Failed\r\n    finishedAfter: 1s\r\n',
      after: '\r\n    phase: Successful\r\n    finishedAfter: 2s\r\n',
    },
  ])('$name', async ({ before, after }) => {
    const { text, notUpdated } = await updated(oneTest(before))
    expect(notUpdated).toEqual([])
    expect(text).toBe(oneTest(after))
  })

  it.each([
    {
      name: 'block',
      before: '\n    phase: Failed\n    finishedAfter: 1s # gone\n    message: x\n',
      after: '\n    phase: Running\n    message: ""\n',
    },
    {
      name: 'flow',
      before: ' {phase: Failed, finishedAfter: 1s, message: x}\n',
      after: ' {phase: Running, message: ""}\n',
    },
    { name: 'flow, first', before: ' {finishedAfter: 1s, phase: Failed}\n', after: ' {phase: Running}\n' },
  ])('takes away the end of a run that goes on ($name)', async ({ before, after }) => {
    const until = (expectation: string) =>
      oneTest(expectation).replace('  template: t\n', '  template: t\n  until: 1s\n')
    expect((await updated(until(before))).text).toBe(until(after))
  })

  it('names the lines that change', async () => {
    const { changes } = await updated(oneTest('\n    phase: Failed\n    # between\n    finishedAfter: 1h\n'))
    expect(changes).toEqual([
      { line: 11, before: ['    phase: Failed'], after: ['    phase: Successful'] },
      { line: 13, before: ['    finishedAfter: 1h'], after: ['    finishedAfter: 2s'] },
    ])
  })
})

describe('whatever is expected', () => {
  const phase = fc.constantFrom('Successful', 'Failed', 'Error', 'Inconclusive', 'Running', 'Pending')
  const value = fc.oneof(
    fc.constantFrom('2', '-1', '.nan', '.inf', '-.inf', 'null', 'true', '"[1]"', "'x # y'", '[1, 2]', '[]'),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -10, max: 10 }).map(each => String(each)),
  )
  const comment = fc.constantFrom('', ' # kept 1', ' # kept 2: [')
  const list = fc.array(fc.tuple(value, comment), { maxLength: 6 })
  const listText = fc
    .tuple(list, fc.boolean())
    .map(([items, isFlow]) =>
      isFlow || items.length === 0
        ? `[${items.map(([text]) => text).join(', ')}]`
        : items.map(([text, note]) => `\n        - ${text}${note}`).join(''),
    )
  const counter = fc.tuple(fc.constantFrom(...counters), fc.nat(9)).map(([name, count]) => `${name}: ${count}`)
  const message = fc.constantFrom('', 'x', '/x/', '"a: b # c"', "'it''s'", '>-\n          folded\n          text')
  const metric = fc.record({
    phase: fc.option(phase),
    counters: fc.uniqueArray(counter, { maxLength: 3, selector: each => each.split(':')[0] }),
    message: fc.option(message),
    values: fc.option(listText),
  })
  const metricText = (
    name: string,
    each: { phase: string | null; counters: string[]; message: string | null; values: string | null },
  ) => {
    const lines = [
      ...(each.phase === null ? [] : [`phase: ${each.phase} # kept`]),
      ...each.counters,
      ...(each.message === null ? [] : [`message: ${each.message === '' ? '""' : each.message}`]),
      ...(each.values === null ? [] : [`values: ${each.values}`]),
    ]
    return lines.length === 0
      ? `      ${name}: {}\n`
      : `      ${name}:\n${lines.map(line => `        ${line}\n`).join('')}`
  }
  const response = fc.constantFrom(
    '{value: 2}',
    '{value: -1}',
    '{value: 0.5}',
    '{value: "3"}',
    '{value: 1.23456789}',
    '{error: "it: broke # here"}',
    '{error: "/slashes/"}',
    '{status: 500}',
    '{body: not json}',
    '{value: {a: [1]}}',
  )
  const file = fc
    .record({
      phase,
      message: fc.option(message),
      finishedAfter: fc.option(fc.constantFrom('0s', '1h', '2s')),
      a: metric,
      b: metric,
      responses: fc.array(response, { minLength: 1, maxLength: 4 }),
    })
    .map(each => {
      const expectation = [
        '',
        `    phase: ${each.phase} # kept`,
        ...(each.message === null ? [] : [`    message: ${each.message === '' ? '""' : each.message}`]),
        ...(each.finishedAfter === null ? [] : [`    finishedAfter: ${each.finishedAfter}`]),
        '    metrics:',
        metricText('a', each.a) + metricText('b', each.b),
      ]
      return oneTest(expectation.join('\n'), `[${each.responses.join(', ')}]`)
    })

  it('an update makes the test pass, and touches nothing outside of the expectations', async () => {
    await fc.assert(
      fc.asyncProperty(file, async before => {
        const { text, notUpdated } = await updated(before)
        expect(notUpdated).toEqual([])
        const outcomes = await outcomesOf(text)
        expect(outcomes.map(each => each.mismatches)).toEqual([[]])
        const outside = (all: string) => all.slice(0, all.indexOf('  expect:'))
        expect(outside(text)).toBe(outside(before))
        expect(text.match(/phase: \w+ # kept/g)?.length).toBe(before.match(/phase: \w+ # kept/g)?.length)
        // a second one finds nothing to do
        expect((await updated(text)).changes).toEqual([])
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})

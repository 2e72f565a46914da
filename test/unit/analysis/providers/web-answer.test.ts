import { expect, it } from 'vitest'
import type { ControllerVersion } from '../../../../src/lib/analysis/analysis.ts'
import { readWebAnswer, webProblem, webRequestProblem } from '../../../../src/lib/analysis/providers/web-answer.ts'
import { metric } from '../builders.ts'

const web = (config: object, successCondition = '') =>
  metric({ provider: { web: { url: 'http://web/', ...config } }, successCondition })

it.each<[string, ControllerVersion, object, string, string, object]>([
  ['a number', '1.9', {}, '0.5', 'result < 1', { phase: 'Successful', value: '0.5' }],
  [
    'sorted, escaped JSON',
    '1.9',
    {},
    '{"b": "<", "a": [1, 1e21]}',
    'result.a[0] == 1',
    { phase: 'Successful', value: '{"a":[1,1e+21],"b":"\\u003c"}' },
  ],
  [
    'the first match of a path',
    '1.9',
    { jsonPath: '{.a}{.b}' },
    '{"a":1,"b":2}',
    'result == 1',
    { phase: 'Successful', value: '1' },
  ],
  [
    'a null below the top',
    '1.9',
    { jsonPath: '{.a}' },
    '{"a":null}',
    'result == nil',
    { phase: 'Successful', value: 'null' },
  ],
  ['a null', '1.9', {}, 'null', 'true', { phase: 'Error', message: 'the answer is JSON null, which has no value' }],
  [
    'a path to nothing',
    '1.9',
    { jsonPath: '{.a}' },
    '{"b":1}',
    'true',
    { phase: 'Error', message: 'Could not find JSONPath in body: a is not found' },
  ],
  [
    'no match',
    '1.9',
    { jsonPath: '{.a[*]}' },
    '{"a":[]}',
    'true',
    { phase: 'Error', message: 'result of web metric produced no value' },
  ],
  ['text, up to 1.9', '1.9', {}, 'oops', 'false', { phase: 'Successful', value: 'oops' }],
  ['a number out of range', '1.9', {}, '1e400', 'false', { phase: 'Successful', value: '1e400' }],
  ['nothing', '1.9', {}, '', 'false', { phase: 'Successful', value: '' }],
  ['text, from 1.10', '1.10', {}, 'oops', 'result == "ok"', { phase: 'Failed', value: 'oops' }],
  [
    'a condition that fails, up to 1.9',
    '1.9',
    {},
    '{}',
    '1',
    { phase: 'Error', message: 'expected bool, but got int' },
  ],
  [
    'a condition that fails, from 1.10',
    '1.10',
    {},
    '{}',
    '1',
    { phase: 'Error', message: 'could not evaluate successCondition "1": expected bool, but got int' },
  ],
  [
    'an empty list, from 1.10',
    '1.10',
    {},
    '[]',
    'result[0] > 1',
    {
      phase: 'Error',
      message:
        'could not evaluate successCondition "result[0] > 1": metric result is nil or empty: no data returned from the metric provider',
    },
  ],
])('reads %s (%s)', (_what, version, config, body, condition, expected) => {
  expect(readWebAnswer(web(config, condition), { status: 200, body }, version, 0)).toEqual(expected)
})

it('wants a status of 2xx', () => {
  expect(readWebAnswer(web({}), { status: 302, body: '1' }, '1.9', 0)).toEqual({
    phase: 'Error',
    message: 'received non 2xx response code: 302',
  })
})

it.each([
  [{}, undefined],
  [{ jsonPath: '{.a' }, 'unclosed action'],
  [{ authentication: { oauth2: { tokenUrl: 'http://t' } } }, 'missing mandatory parameter in metric for OAuth2 setup'],
])('says of the provider %j: %s', (config, problem) => expect(webProblem(web(config))).toBe(problem))

it.each([
  [{ method: 'POST', body: 'x' }, undefined],
  [{ body: 'x', jsonBody: {} }, 'use either Body or JSONBody; both cannot exists for WebMetric payload'],
  [{ jsonBody: {} }, 'Body/JSONBody can only be used with POST or PUT WebMetric Method types'],
])('says of the request %j: %s', (config, problem) => expect(webRequestProblem(web(config))).toBe(problem))

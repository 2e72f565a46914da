import { describe, expect, it } from 'vitest'
import { runFiles } from '../../../src/lib/analysis-test/run-files.ts'
import { temporaryFolder } from '../../fakes/temporary-folder.ts'
import { runCases } from './run-cases.ts'

/** What a test may say about how its run goes: each row is a test that passes, or says why not. */

const template = (metrics: string, args = '[]') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: {name: t}\nspec:\n  args: ${args}\n  metrics: [${metrics}]\n`

const web = (more: string) => `{name: m, ${more}, provider: {web: {url: 'http://w'}}}`
const prometheus = (query: string, more = 'successCondition: "true"') =>
  `{name: m, ${more}, provider: {prometheus: {query: '${query}'}}}`

describe('a run', () => {
  it.each([
    {
      name: 'ends by itself',
      metrics: web('successCondition: result > 1'),
      test: 'responses: {m: [{value: 2}]}, expect: {phase: Successful, finishedAfter: 0s, metrics: {m: {values: [2]}}}',
    },
    {
      name: 'that is endless is followed until its series end',
      metrics: prometheus(
        'up',
        'interval: 10s, successCondition: len(result) > 0, failureLimit: -1, consecutiveSuccessLimit: 99',
      ),
      test: "interval: 10s, input_series: [{series: up, values: '1x5'}], expect: {phase: Running, metrics: {m: {count: 6, consecutiveSuccess: 6}}}",
    },
    {
      name: 'that is endless is followed for an hour without series',
      metrics: web('interval: 10m, successCondition: "true"'),
      test: 'responses: {m: [{value: 1}]}, expect: {phase: Running, metrics: {m: {count: 7, phase: Running}}}',
    },
    {
      name: 'is followed as far as until says',
      metrics: web('interval: 10m, successCondition: "true"'),
      test: 'until: 20m, responses: {m: [{value: 1}]}, expect: {phase: Running, metrics: {m: {count: 3}}}',
    },
    {
      name: 'is terminated in the middle of a wait',
      metrics: web('interval: 10m, successCondition: "true"'),
      test: 'terminateAfter: 25m, responses: {m: [{value: 1}]}, expect: {phase: Successful, message: Run Terminated, finishedAfter: 25m, metrics: {m: {count: 3}}}',
    },
    {
      name: 'waits for its delay',
      metrics: web('initialDelay: 90s, successCondition: "true"'),
      test: 'start: 5m, responses: {m: [{value: 1}]}, expect: {phase: Successful, finishedAfter: 90s}',
    },
    {
      name: 'that is not valid ends at once',
      metrics: web('count: 2'),
      test: "responses: {m: [{value: 1}]}, expect: {phase: Error, finishedAfter: 0s, message: 'Analysis spec invalid: metrics[0]: interval must be specified when count > 1'}",
    },
    {
      name: 'shows more measurements than its status keeps',
      metrics: web('interval: 1s, count: 12'),
      test: 'responses: {m: [{value: 1}, {value: 2}]}, expect: {phase: Successful, metrics: {m: {values: [1,2,2,2,2,2,2,2,2,2,2,2]}}}',
    },
    {
      name: 'goes through answers and repeats the last',
      metrics: web('interval: 1s, count: 3, failureLimit: 3, successCondition: result.ok'),
      test: "responses: {m: [{error: refused}, {body: 'no json', status: 500}, {body: {ok: true}}, {body: '{\"ok\": false}'}]}, expect: {phase: Successful, metrics: {m: {error: 2, failed: 2, successful: 1, consecutiveError: 0, values: [null, null, '{\"ok\":true}', '{\"ok\":false}', '{\"ok\":false}']}}}",
    },
    {
      name: 'asks Prometheus at its own time',
      metrics: prometheus('time()', 'interval: 1m, count: 2'),
      test: 'start: 10m, expect: {phase: Successful, metrics: {m: {values: [600, 660]}}}',
    },
    {
      name: 'asks Prometheus for a range',
      metrics: `{name: m, provider: {prometheus: {query: up, rangeQuery: {start: 'now() - duration("2m")', end: now(), step: 1m}}}}`,
      test: "start: 10m, interval: 1m, input_series: [{series: up, values: '0+1x20'}], expect: {phase: Successful, metrics: {m: {values: [[8, 9, 10]]}}}",
    },
    {
      name: 'reports a query that is none, as the server does',
      metrics: prometheus('sum(', 'consecutiveErrorLimit: 0'),
      test: 'expect: {phase: Error, message: "/bad_data: invalid parameter .query.: 1:5: parse error/"}',
    },
    {
      name: 'takes scripted answers for Prometheus too',
      metrics: prometheus('up', 'interval: 1s, count: 2, successCondition: "result[0] > 1", consecutiveErrorLimit: 3'),
      test: 'responses: {m: [{error: timeout}, {value: [2]}]}, expect: {phase: Successful, metrics: {m: {error: 1, values: [null, 2, 2]}}}',
    },
    {
      name: 'writes numbers as each provider does',
      metrics:
        '{name: g, provider: {graphite: {}}}, {name: v, provider: {wavefront: {}}}, {name: d, provider: {datadog: {}}}',
      test: "responses: {g: [{value: [1, 2.5]}], v: [{value: 1.255}], d: [{value: 1.25}]}, expect: {phase: Successful, metrics: {g: {values: ['[1.000000,2.500000]']}, v: {values: ['1.25']}, d: {values: ['1.25']}}}",
    },
    {
      name: 'takes the verdict of a job from the test',
      metrics: '{name: m, count: 1, provider: {job: {spec: {}}}}',
      test: 'responses: {m: [{phase: Failed, message: exit code 1}]}, expect: {phase: Failed, message: "/Error Message: exit code 1/"}',
    },
    {
      name: 'judges a score of kayenta by its thresholds',
      metrics:
        '{name: m, inconclusiveLimit: 1, count: 3, interval: 1s, failureLimit: 1, provider: {kayenta: {threshold: {pass: 90, marginal: 70}}}}',
      test: 'responses: {m: [{value: 95}, {value: 80}, {value: 10}]}, expect: {phase: Successful, metrics: {m: {successful: 1, inconclusive: 1, failed: 1}}}',
    },
  ])('$name', async ({ metrics, test }) => {
    const report = await runCases(`- {name: x, template: t, ${test}}`, template(metrics))
    expect(report.tests[0]?.mismatches).toEqual([])
  })

  it('hides the secret that a test gives, and uses it', async () => {
    const args = '[{name: token, valueFrom: {secretKeyRef: {name: s, key: k}}}]'
    const metrics = `{name: m, consecutiveErrorLimit: 0, provider: {web: {url: 'http://w?{{args.token}}'}}}`
    const test =
      '- {name: x, template: t, args: {token: hunter2}, responses: {m: [{error: no hunter2}]}, expect: {phase: Error}}'
    const report = await runCases(test, template(metrics, args))
    expect(report).toMatchObject({ passed: 1 })
    expect(JSON.stringify(report)).toContain('no *****')
    expect(JSON.stringify(report)).not.toContain('hunter2')
  })

  it('follows the rules of the controller that is named', async () => {
    const test = "- {name: x, template: t, responses: {m: [{body: 'no json'}]}, expect: {phase: Successful}}"
    const manifests = template(web('successCondition: result == "yes"'))
    expect((await runCases(test, manifests, { version: '1.9' })).failed).toBe(0)
    expect((await runCases(test, manifests, { version: '1.10' })).failed).toBe(1)
  })
})

it('a run of many rounds ends when it is interrupted', async () => {
  const text = `apiVersion: kubectl-canary/v1\nkind: AnalysisTest\ntemplates: [manifests.yaml]\ntests: [{name: x, template: t, until: 100000h, responses: {m: [{value: 1}]}, expect: {phase: Running}}]`
  const folder = temporaryFolder({ 'manifests.yaml': template(web('interval: 1s')) })
  const controller = new AbortController()
  setTimeout(() => controller.abort(new Error('interrupted')), 20)
  const source = { name: 'x', path: undefined, folder: folder.path, text }
  const run = runFiles([source], { version: '1.9' }, { signal: controller.signal })
  await expect(run)
    .rejects.toThrow('interrupted')
    .finally(() => folder.remove())
})

describe('coverage', () => {
  it('counts each condition by itself, where one hides the other', async () => {
    const metrics = web(
      'interval: 1s, count: 3, failureLimit: 3, inconclusiveLimit: 3, successCondition: result > 1, failureCondition: result > 2',
    )
    const test =
      '- {name: x, template: t, responses: {m: [{value: 1}, {value: 2}, {value: 3}]}, expect: {phase: Successful}}'
    const { coverage } = await runCases(test, template(metrics), { coverage: true })
    expect(coverage).toMatchObject([
      {
        name: 't',
        runs: 1,
        metrics: [
          {
            measurements: 3,
            conditions: [
              { field: 'successCondition', true: 2, false: 1, error: 0 },
              { field: 'failureCondition', true: 1, false: 2, error: 0 },
            ],
          },
        ],
      },
    ])
  })
})

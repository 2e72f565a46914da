import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, programPath } from '../cluster/build.ts'
import type { Bench } from './run.ts'

const tests = 100
const minutes = [30, 35, 40, 45, 50, 55]
const template = resolve('examples/loans-api/analysistemplate-success-rate-check.yaml')

/**
 * One hundred tests of the example's template, each with series of its own, against the same questions to promtool: the
 * same two expressions at the same six times over the same two series, each answer compared with a number. promtool is
 * given no rules, which it would evaluate at every interval beside: that is the least work that it can do here.
 */
export async function analysisTestBench(
  folder: string,
  runtimes: Readonly<Record<string, readonly string[]>>,
): Promise<Bench> {
  await build(['promtool'], line => console.log(line))
  mkdirSync(folder, { recursive: true })
  const ours = join(folder, 'analysis.test.yaml')
  const theirs = join(folder, 'promtool.test.yaml')
  const numbers = Array.from({ length: tests }, (_, index) => index)
  writeFileSync(ours, `${ourHead}${numbers.map(ourTest).join('')}`)
  writeFileSync(theirs, `${theirHead}${numbers.map(theirTest).join('')}`)
  return {
    baseline: { name: 'promtool test rules', argv: [programPath('promtool'), 'test', 'rules', theirs] },
    candidates: Object.entries(runtimes).map(([name, program]) => ({
      name: `analysis test, ${name}`,
      argv: [...program, 'analysis', 'test', ours],
      bar: 'time <= 0.5',
    })),
  }
}

/** 99 % good in the first test, a little less in each that follows. */
const series = (index: number) => `
  interval: 15s
  input_series:
  - series: http_requests_total{service="loans-api",status="200"}
    values: 0+${1000 + index}x480
  - series: http_requests_total{service="loans-api",status="503"}
    values: 0+${10 + (index % 30)}x480`

const share = (index: number) => {
  const [good, bad] = [1000 + index, 10 + (index % 30)]
  return { success: good / (good + bad), error: bad / (good + bad) }
}

const ourHead = `apiVersion: kubectl-canary/v1
kind: AnalysisTest
templates: [${template}]
evaluation_interval: 1m
tests:
`

function ourTest(index: number): string {
  const { success, error } = share(index)
  const values = (value: number) => `[${minutes.map(() => value.toPrecision(5)).join(', ')}]`
  return `- name: test ${index}
  template: success-rate-check
  args: {service-name: loans-api}
  start: 30m${series(index)}
  expect:
    phase: Successful
    metrics:
      success-rate: {values: ${values(success)}}
      error-rate: {values: ${values(error)}}
`
}

const theirHead = `evaluation_interval: 1m
fuzzy_compare: true
tests:
`
const selector = (more: string) => `sum(rate(http_requests_total{service="loans-api"${more}}[5m]))`

function theirTest(index: number): string {
  const { success, error } = share(index)
  const asked = [
    { expr: `${selector(',status!~"5.."')} / ${selector('')}`, value: success },
    { expr: `${selector(',status=~"5.."')} / ${selector('')}`, value: error },
  ]
  const questions = asked.flatMap(({ expr, value }) =>
    minutes.map(
      minute => `
  - expr: '${expr}'
    eval_time: ${minute}m
    exp_samples: [{labels: '{}', value: ${value}}]`,
    ),
  )
  return `- name: test ${index}${series(index)}
  promql_expr_test:${questions.join('')}
`
}

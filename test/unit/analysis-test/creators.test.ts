import { describe, expect, it } from 'vitest'
import { runCases } from './run-cases.ts'

/** Runs of a Rollout's analyses, of a Stage's verification, and of templates that refer to templates. */

const metric = (name: string) =>
  `{name: ${name}, provider: {web: {url: 'http://w/{{args.hash}}'}}, successCondition: 'result == "{{args.hash}}"'}`
const manifests = `
kind: AnalysisTemplate
metadata: {name: a}
spec: {args: [{name: hash}], metrics: [${metric('of-a')}]}
---
kind: ClusterAnalysisTemplate
metadata: {name: a}
spec: {args: [{name: hash, value: default}], metrics: [${metric('of-cluster')}]}
---
kind: AnalysisTemplate
metadata: {name: outer}
spec: {templates: [{templateName: a}, {templateName: a, clusterScope: true}]}
---
kind: Rollout
metadata: {name: web, labels: {team: loans}}
spec:
  strategy:
    canary:
      analysis:
        templates: [{templateName: a}]
        args: [{name: hash, valueFrom: {podTemplateHashValue: Latest}}]
      steps:
      - setWeight: 10
      - analysis:
          templates: [{templateName: a, clusterScope: true}]
          args: [{name: hash, valueFrom: {fieldRef: {fieldPath: "metadata.labels['team']"}}}]
          dryRun: [{metricName: .*}]
---
kind: Rollout
metadata: {name: plain}
spec: {strategy: {canary: {}}}
---
kind: Stage
metadata: {name: uat}
spec:
  verification:
    analysisTemplates: [{name: a, kind: ClusterAnalysisTemplate}]
    args: [{name: hash, value: "\${{ ctx.stage }}"}, {name: other, value: "\${{ x }}"}]
`

describe('a run of', () => {
  it.each([
    { of: 'a cluster template', test: 'clusterTemplate: a, responses: {of-cluster: [{value: default}]}' },
    {
      of: 'several templates',
      test: 'templates: [a, clusteranalysistemplate/a], args: {hash: x}, responses: {of-a: [{value: x}], of-cluster: [{value: x}]}',
    },
    {
      of: 'templates that a template refers to',
      test: 'template: outer, args: {hash: x}, responses: {of-a: [{value: x}], of-cluster: [{value: x}]}',
    },
    {
      of: "a rollout's background analysis",
      test: 'rollout: web, analysis: background, podHashes: {latest: abc}, responses: {of-a: [{value: abc}]}',
    },
    {
      of: "a rollout's step, with its field",
      test: 'rollout: web, analysis: 1, responses: {of-cluster: [{value: loans}]}',
    },
    { of: "a stage's verification", test: 'stage: uat, args: {hash: uat}, responses: {of-cluster: [{value: uat}]}' },
  ])('$of', async ({ test }) => {
    const report = await runCases(`- {name: x, ${test}, expect: {phase: Successful}}`, manifests)
    expect(report.tests).toMatchObject([{ passed: true }])
    expect(report.tests[0]?.measurements.every(each => each.phase === 'Successful')).toBe(true)
  })

  it.each([
    { test: 'rollout: web', why: 'rollout web has several analyses, name one with analysis: background, 1' },
    { test: 'rollout: web, analysis: 0', why: 'rollout web has no analysis 0, it has background, 1' },
    { test: 'rollout: plain', why: 'rollout plain has no analysis' },
    { test: 'rollout: wob', why: 'the files of templates hold no rollout "wob", did you mean "web"?' },
    { test: 'stage: uat', why: `argument hash of stage uat is \${{ ctx.stage }}: give its value in args of the test` },
    { test: 'stage: prod', why: 'the files of templates hold no stage "prod"' },
    { test: 'template: a', why: 'args.hash was not resolved' },
    {
      test: 'templates: [job/a]',
      why: 'job/a: a template is NAME, analysistemplate/NAME or clusteranalysistemplate/NAME',
    },
    { test: 'template: a, stage: uat, args: {hash: x}', why: 'stage contradicts template: a test has one of them' },
    {
      test: 'template: a, analysis: 1, args: {hash: x}, responses: {of-a: [{value: 1}]}',
      why: 'analysis says which one of a rollout, and this test has none',
    },
    { test: 'args: {hash: x}', why: 'tests[0] needs template, clusterTemplate, templates, rollout or stage' },
    {
      test: 'template: a, args: {hash: x}',
      why: 'metric of-a asks a provider of type web: give its answers in responses',
    },
  ])('$test is refused', async ({ test, why }) => {
    const run = runCases(`- {name: x, ${test}, expect: {phase: Successful}}`, manifests)
    await expect(run).rejects.toMatchObject({ outcome: 'usage', message: expect.stringContaining(why) })
    await expect(run).rejects.toMatchObject({ message: expect.stringMatching(/^x\.test\.yaml:5:\d+: /) })
  })
})

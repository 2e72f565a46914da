import { draft, type JsonSchema } from '../values/schema/json-schema.ts'
import { counters } from './analysis-test.ts'

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more })
const span = (description: string, more: JsonSchema = {}): JsonSchema => ({
  type: 'string',
  pattern:
    '^([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h)(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|ms|s|m|h))*$|^0$',
  examples: ['90s', '5m', '1h30m'],
  description,
  ...more,
})
const phase = (description: string): JsonSchema =>
  text(description, { enum: ['Successful', 'Failed', 'Error', 'Inconclusive', 'Running', 'Pending'] })
const message = (description: string): JsonSchema =>
  text(description, { examples: ['/assessed Failed due to failed/'] })

const series: JsonSchema = {
  type: 'object',
  description: 'one series, its first sample at time 0',
  additionalProperties: false,
  required: ['series', 'values'],
  properties: {
    series: text('metric name and labels', { examples: ['http_requests_total{service="loans-api",status="200"}'] }),
    values: {
      type: ['string', 'number'],
      description: 'samples in promtool’s notation: a+bxn, a-bxn, axn, _, _xn, stale',
      examples: ['0+95x480', '1 2 _x3 stale'],
    },
  },
}

const response: JsonSchema = {
  type: 'object',
  description: 'what one measurement is answered: a value, an error, a web server’s answer, or a phase',
  additionalProperties: false,
  anyOf: ['value', 'error', 'body', 'status', 'phase'].map(name => ({ required: [name] })),
  properties: {
    value: { description: 'the result as conditions see it, of any type' },
    error: text('why there is no result; the measurement ends in Error with this message'),
    body: { description: 'what a web server sends, before jsonPath: text as it is, anything else as JSON' },
    status: {
      type: 'integer',
      description: 'status of the web server’s answer',
      default: 200,
      minimum: 100,
      maximum: 599,
    },
    phase: text('how a job, kayenta or plugin metric, which judges by itself, ends', {
      enum: ['Successful', 'Failed', 'Inconclusive', 'Error'],
    }),
    message: text('message of the measurement, with phase'),
  },
}

const metric: JsonSchema = {
  type: 'object',
  description: 'what the result of one metric has to be',
  additionalProperties: false,
  properties: {
    phase: phase('phase of the metric'),
    message: message('message of the metric, exactly or as /RE2/'),
    ...Object.fromEntries(
      counters.map(name => [name, { type: 'integer', description: counterMeaning(name), minimum: 0 } as JsonSchema]),
    ),
    values: {
      type: 'array',
      description:
        'every measurement’s value in order: a number is met within 1e-3 of it, a quoted text exactly, null by a measurement without a value; a list of numbers is a vector of several series',
      items: { type: ['number', 'string', 'boolean', 'array', 'null'], items: { type: 'number' } },
      examples: [[0.9896, 0.76, '[NaN]']],
    },
  },
}

function counterMeaning(name: (typeof counters)[number]): string {
  if (name === 'count') return 'measurements that count, which errors do not'
  if (name === 'consecutiveError') return 'errors in a row at the end'
  if (name === 'consecutiveSuccess') return 'successes in a row at the end'
  return `measurements that were ${name === 'error' ? 'errors' : name}`
}

const test: JsonSchema = {
  type: 'object',
  description: 'one run of an analysis on a virtual clock, and what it has to come to',
  additionalProperties: false,
  required: ['name', 'expect'],
  anyOf: ['template', 'clusterTemplate', 'templates', 'rollout', 'stage'].map(name => ({ required: [name] })),
  properties: {
    name: text('what is shown, and what --filter looks at'),
    template: text('name of the AnalysisTemplate'),
    clusterTemplate: text('name of the ClusterAnalysisTemplate'),
    templates: {
      type: 'array',
      description: 'several templates that are merged into one run; clusteranalysistemplate/NAME for the other kind',
      items: { type: 'string' },
    },
    rollout: text('name of a Rollout whose analysis is run, with the arguments that it sends'),
    analysis: {
      type: ['string', 'integer'],
      description:
        'which analysis of the rollout: background, prePromotion, postPromotion, or the step’s index; needed where it has several',
      examples: ['background', 2],
    },
    stage: text('name of a Kargo Stage whose verification is run'),
    podHashes: {
      type: 'object',
      description: 'what podTemplateHashValue stands for in the rollout’s arguments',
      additionalProperties: false,
      properties: {
        latest: text('pod hash of the new version', { default: 'latest' }),
        stable: text('pod hash of the stable version', { default: 'stable' }),
      },
    },
    args: {
      type: 'object',
      description:
        'arguments of the run by name; they win over the template’s, the rollout’s and the stage’s, and stand in for secrets',
      additionalProperties: { type: 'string', description: 'value, which the API takes as text only' },
    },
    start: span('virtual time at which the run starts', { default: '0s' }),
    interval: span('time between two samples of the input series; default evaluation_interval'),
    input_series: { type: 'array', description: 'what Prometheus has', items: series },
    responses: {
      type: 'object',
      description:
        'by metric, for every provider but prometheus: one answer for each measurement, the last one repeats',
      additionalProperties: { type: 'array', description: 'answers in the order of the measurements', items: response },
    },
    terminateAfter: span('time from the start at which the run is terminated, as when its rollout is aborted or done'),
    until: span(
      'how long the run is followed; default until it ends, for an endless one until the last sample (without series: 1h)',
    ),
    expect: {
      type: 'object',
      description: 'what the run has to come to',
      additionalProperties: false,
      required: ['phase'],
      properties: {
        phase: phase('phase of the run'),
        message: message('message of the run, exactly or as /RE2/'),
        finishedAfter: span('time from the start to the end of the run, to the second'),
        metrics: {
          type: 'object',
          description: 'results of metrics by name',
          additionalProperties: metric,
        },
      },
    },
  },
}

/** FORMATS section 4: unit tests for AnalysisTemplates. */
export const analysisTestSchema: JsonSchema = {
  $schema: draft,
  $id: 'urn:kubectl-canary:v1:analysis-test',
  title: 'Unit tests for AnalysisTemplates',
  description:
    'Runs of analyses on a virtual clock, without a cluster or a network: kubectl canary analysis test FILE. Names are those of promtool where promtool has one.',
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'tests'],
  properties: {
    apiVersion: text('version of this format', { const: 'kubectl-canary/v1' }),
    kind: text('what this file is', { const: 'AnalysisTest' }),
    templates: {
      type: 'array',
      description:
        'files with the AnalysisTemplates and ClusterAnalysisTemplates, and Rollouts and Stages that refer to them; relative to this file',
      items: { type: 'string', examples: ['../templates/*.yaml'] },
    },
    evaluation_interval: span('step of a subquery that names none', { default: '1m' }),
    tests: { type: 'array', description: 'the tests', items: test },
  },
}

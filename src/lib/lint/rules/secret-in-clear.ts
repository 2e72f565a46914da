import type { MetricModel } from '../model/metric-model.ts'
import { mapOf, mapsOf, textOf } from '../model/plain.ts'
import type { Rule } from '../rule.ts'
import type { Path } from '../sources/path.ts'

const secretName =
  /(?:^|[-_.])(?:password|passwd|secret|token|api[-_]?key|app[-_]?key|access[-_]?key|private[-_]?key|client[-_]?secret|credentials?|bearer)$/i
const secretHeader =
  /^(?:proxy-)?authorization$|^x-(?:api|auth|access)[-_]?(?:key|token)$|^api[-_]?key$|^dd-(?:api|application)-key$|^private-token$/i
const credentialsInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s{}]*:([^/@\s{}]+)@/i
const secretInQuery = /[?&](?:api[-_]?key|access_token|token|password|secret)=(?!\{\{)([^&\s]+)/i

export const secretInClear: Rule = {
  id: 'CA038',
  name: 'secret-in-clear',
  severity: 'warning',
  title: 'A secret in clear',
  explanation:
    'Everybody who may read the template, the run or the repository reads this secret, and every AnalysisRun keeps a copy of it. An argument can take its value from a Secret; the controller reads that when it measures.',
  hint: 'use an argument with valueFrom.secretKeyRef',
  example: {
    wrong: 'headers:\n- key: Authorization\n  value: Bearer s3cr3t',
    right: 'headers:\n- key: Authorization\n  value: "Bearer {{args.api-token}}"',
  },
  check({ specs }, report) {
    for (const { document, metrics, args } of specs) {
      for (const { path, name, arg } of args)
        if (secretName.test(name) && isLiteral(arg.value) && !arg.valueFrom)
          report({ document, path: [...path, 'value'] }, `the value of argument ${name} is in clear`)
      for (const metric of metrics)
        for (const [path, what] of secretsOf(metric)) report({ document, path }, `${what} is in clear`)
    }
  },
}

function* secretsOf(metric: MetricModel): Generator<[Path, string]> {
  const { config, provider } = metric
  for (const [index, { key, value }] of mapsOf(config.headers))
    if (typeof key === 'string' && (secretHeader.test(key) || secretName.test(key)) && isLiteral(value))
      yield [metric.providerPath('headers', index, 'value'), `the value of header ${key}`]
  const { oauth2, basicAuth } = mapOf(config.authentication)
  if (isLiteral(mapOf(oauth2).clientSecret))
    yield [metric.providerPath('authentication', 'oauth2', 'clientSecret'), 'clientSecret']
  if (isLiteral(mapOf(basicAuth).password))
    yield [metric.providerPath('authentication', 'basicAuth', 'password'), 'password']
  for (const field of ['url', 'address']) {
    const text = textOf(config[field])
    if (text !== undefined && (credentialsInUrl.test(text) || secretInQuery.test(text)))
      yield [metric.providerPath(field), `a credential in the ${field}`]
  }
  if (provider === 'job') yield* secretsOfJob(metric)
}

function* secretsOfJob(metric: MetricModel): Generator<[Path, string]> {
  const spec = mapOf(mapOf(mapOf(mapOf(metric.config.spec).template).spec))
  for (const list of ['containers', 'initContainers'])
    for (const [at, container] of mapsOf(spec[list]))
      for (const [index, { name, value }] of mapsOf(container.env))
        if (typeof name === 'string' && secretName.test(name) && isLiteral(value))
          yield [
            metric.providerPath('spec', 'template', 'spec', list, at, 'env', index, 'value'),
            `the value of variable ${name}`,
          ]
}

/** Something that is written out: not empty, no argument, and not expanded from another variable. */
const isLiteral = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && !value.includes('{{') && !/^\$\(\w+\)$/.test(value)

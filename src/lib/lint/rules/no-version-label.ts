import type { MetricModel } from '../model/metric-model.ts'
import { mapOf, textOf } from '../model/plain.ts'
import type { ResolvedReference } from '../model/project.ts'
import { argumentsIn, stretch } from '../model/trial.ts'
import { namesArm } from '../promql/arm-words.ts'
import type { Rule } from '../rule.ts'

/** Metrics that are about requests, of which a canary only gets a part. */
const aboutRequests = /http|grpc|request|response|istio|envoy|nginx|traefik|rpc/

export const noVersionLabel: Rule = {
  id: 'CA037',
  name: 'no-version-label',
  severity: 'warning',
  title: 'A query in which nothing tells the canary from the stable version',
  explanation:
    'At a weight of 10 nine of ten requests are answered by the stable version. A query over both sees a tenth of the harm: a canary whose every second request fails shows as 5 % errors. Some matcher has to select the new version: rollouts_pod_template_hash with an argument of podTemplateHashValue: Latest, the canary service, or a version label.',
  hint: 'add a matcher for the new version, such as rollouts_pod_template_hash="{{args.canary-hash}}"',
  example: {
    wrong: 'rate(http_requests_total{app="shop"}[5m])',
    right: 'rate(http_requests_total{app="shop",rollouts_pod_template_hash="{{args.canary-hash}}"}[5m])',
  },
  check(project, report) {
    for (const spec of project.specs) {
      const uses = project
        .usesOf(spec)
        .filter(use => use.kind === 'Rollout' && use.use !== 'postPromotion' && use.use !== 'experiment')
      for (const metric of spec.metrics) {
        const mixing = uses.find(use => mixes(metric, use))
        const { query } = metric
        const selector = query?.description?.selectors[0]
        if (!query || !selector) continue
        const { position } = selector
        const target = {
          document: spec.document,
          path: metric.providerPath('query'),
          within: stretch(query.filled, position.start, position.end),
        }
        if (mixing) report(target, `nothing here selects the new version that ${mixing.label} rolls out`)
        else if (project.usesOf(spec).length === 0 && isFixed(metric))
          report(target, 'nothing here can select the new version: the query is the same whatever is rolled out', {
            severity: 'info',
          })
      }
    }
  },
}

/** No selector names an arm, and no argument in one of them does with what this Rollout sends. */
function mixes(metric: MetricModel, use: ResolvedReference): boolean {
  const { query } = metric
  const selectors = query?.description?.selectors ?? []
  if (!query || selectors.length === 0 || !selectors.some(({ metric: name }) => aboutRequests.test(name ?? '')))
    return false
  const services = servicesOf(use)
  return selectors.every(
    ({ matchers, metric: name }) =>
      !namesArm(name ?? '') &&
      matchers.every(({ name: label, value }) => {
        if (namesArm(label) || namesArm(value) || services.has(value)) return false
        return argumentsIn(value, query.placeholders).every(argument => {
          const sent = use.args.find(arg => arg.name === argument)
          const text = sent?.value ?? metric.defaults.get(argument)
          if (sent?.valueFrom !== undefined || text === undefined) return false
          return !namesArm(argument) && !namesArm(text) && !services.has(text)
        })
      }),
  )
}

/** The services that lead to the new version only. */
function servicesOf({ document }: ResolvedReference): Set<string> {
  const strategy = mapOf(mapOf(document.object.spec).strategy)
  const { canaryService, stableService } = mapOf(strategy.canary)
  const { previewService } = mapOf(strategy.blueGreen)
  return new Set([canaryService, stableService, previewService].flatMap(each => textOf(each) ?? []))
}

/** A query about requests without any argument, and without a label that could tell versions apart. */
function isFixed({ query }: MetricModel): boolean {
  const selectors = query?.description?.selectors ?? []
  if (!query || query.placeholders.length > 0 || selectors.length === 0) return false
  return selectors.every(
    ({ metric: name = '', matchers, within }) =>
      aboutRequests.test(name) &&
      !namesArm(name) &&
      within.length > 0 &&
      matchers.every(({ name: label, value }) => !namesArm(label) && !namesArm(value)),
  )
}

import { parseInteger } from '../../expr/go/numbers.ts'
import { anyType, type GoType, objectType, sliceOf, stringType } from '../../expr/go/types.ts'
import { Dictionary, Slice, type Value } from '../../expr/go/values.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { goJson } from '../../values/go-json.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import { type FoundCredentials, findCredentials, type ProviderContext, redacted } from './credentials.ts'
import { MeasurementError, measured } from './measurement-error.ts'
import { queryNerdGraph } from './nerd-graph.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { decodeTyped, list, plainOf, struct } from './typed-json.ts'

/** A `newRelic` metric as we read it (argo-rollouts analysis_types.go NewRelicMetric). */
export interface NewRelicMetric {
  profile?: string
  /** NRQL */
  query?: string
  /** seconds */
  timeout?: number
}

const newRelicMetric = (metric: AnalysisMetric) => (metric.provider?.newRelic ?? {}) as NewRelicMetric

const defaultTimeoutSeconds = 5

/** newrelic-client-go pkg/region */
const regions: Record<string, string> = {
  us: 'https://api.newrelic.com/graphql',
  eu: 'https://api.eu.newrelic.com/graphql',
  staging: 'https://staging-api.newrelic.com/graphql',
  local: 'http://localhost:3000/graphql',
}

const query =
  'query($query: Nrql!, $accountId: Int!, $timeout: Seconds!) ' +
  '{ actor { account(id: $accountId) { nrql(query: $query, timeout: $timeout) { results } } } }'

/** Asks New Relic by NRQL: one row is an object, several are a list (argo-rollouts metricproviders/newrelic/newrelic.go). */
export function newRelicProvider(context: ProviderContext): Provider {
  return {
    problem: () => undefined,
    metadata: (metric): Record<string, string> => {
      const { query: nrql } = newRelicMetric(metric)
      return nrql ? { ResolvedNewRelicQuery: nrql } : {}
    },
    measure: request => redacted(secrets => measured(request.signal, () => measure(request, context, secrets))),
  }
}

async function measure(
  { metric, nowMs, signal }: MeasurementRequest,
  context: ProviderContext,
  secrets: Set<string>,
): Promise<Measured> {
  const { profile, query: nrql = '', timeout = defaultTimeoutSeconds } = newRelicMetric(metric)
  const secret = profile || 'newrelic'
  const found = await findCredentials({ provider: 'newRelic', secret, namespace: 'controller' }, context, secrets)
  const account = accountOf(found, secret)
  if (timeout < 0) throw new MeasurementError('timeout value needs to be a positive value')
  const variables = { accountId: account.id, query: nrql, timeout }
  const body = await queryNerdGraph({ ...account, query, variables, signal }, context)
  const { data } = decodeTyped<NrqlAnswer>(nrqlShape, body)
  const results = data.Actor.Account.NRQL.results ?? []
  const [first] = results
  if (!first || (results.length === 1 && first.entries.size === 0))
    throw new MeasurementError('no results returned from NRQL query')
  const result = results.length === 1 ? first : new Slice(rowsType, results)
  return judge(result, goJson(plainOf(result)), metric, context.version, nowMs)
}

function accountOf({ values, isThere, failure }: FoundCredentials, secret: string) {
  if (!isThere) throw failure(`secrets "${secret}" not found`)
  const { 'personal-api-key': apiKey, 'account-id': account, region = 'us' } = values
  if (!apiKey || !account) throw failure('account ID or personal API key not found')
  const { 'base-url-rest': rest, 'base-url-nerdgraph': nerdGraph } = values
  if (rest === '') throw new MeasurementError('base URL can not be empty')
  if (nerdGraph === '') throw new MeasurementError('nerdgraph base URL can not be empty')
  const id = parseInteger(account, 10, 'Atoi')
  if ('error' in id) throw new MeasurementError(`could not parse account ID: ${id.error}`)
  const name = region.toLowerCase()
  const known = Object.hasOwn(regions, name) ? regions[name] : regions.us
  return { apiKey, id: Number(id.value), url: (nerdGraph ?? known ?? '').replace(/\/$/, '') }
}

/** What Go calls a row; a map of any values to the condition language. */
const rowType: GoType = { kind: 'map', name: 'nrdb.NRDBResult', package: 'nrdb', key: stringType, elem: anyType }
const rowsType = sliceOf(rowType)

interface NrqlAnswer {
  data: { Actor: { Account: { NRQL: { results?: Dictionary[] } } } }
}

const row = {
  kind: 'own' as const,
  read(value: Value, mismatch: (type: string) => MeasurementError): Dictionary {
    if (value === null) return new Dictionary(rowType, new Map(), true)
    if (!(value instanceof Dictionary && value.type === objectType)) throw mismatch(rowType.name)
    return new Dictionary(rowType, value.entries)
  },
}

const nrqlShape = struct('graphQLResponse', 'http.graphQLResponse', {
  data: struct('gqlNrglQueryResponse', 'newrelic.gqlNrglQueryResponse', {
    Actor: struct('', 'struct { Account struct { NRQL nrdb.NRDBResultContainer } }', {
      Account: struct('', 'struct { NRQL nrdb.NRDBResultContainer }', {
        NRQL: struct('NRDBResultContainer', 'nrdb.NRDBResultContainer', {
          results: list(row, '[]nrdb.NRDBResult'),
        }),
      }),
    }),
  }),
})

import { toValue } from '../../expr/environment.ts'
import { format } from '../../expr/go/format.ts'
import { parseFloat64, parseInteger } from '../../expr/go/numbers.ts'
import { Slice, type Value } from '../../expr/go/values.ts'
import { parseGoUrl } from '../../http/go-url.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { judge } from '../judge.ts'
import type { Measured } from '../record-measurement.ts'
import type { ProviderContext } from './credentials.ts'
import { MeasurementError, measured, sendWithin } from './measurement-error.ts'
import { fixedFloat } from './number-text.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { encodeValues, parseValues } from './query-values.ts'
import { decodeTyped, list, type Shape, string, struct } from './typed-json.ts'

/** A `graphite` metric as we read it (argo-rollouts analysis_types.go GraphiteMetric). */
export interface GraphiteMetric {
  address?: string
  /** the parameters of a request to `/render`: `target=...&from=-5min` */
  query?: string
}

const graphiteMetric = (metric: AnalysisMetric) => (metric.provider?.graphite ?? {}) as GraphiteMetric

const timeoutMs = 10_000

/** Asks Graphite's render API; the result is the points of the first series (argo-rollouts metricproviders/graphite). */
export function graphiteProvider(context: ProviderContext): Provider {
  return {
    problem: metric => {
      const { address = '' } = graphiteMetric(metric)
      return address === '' || 'problem' in parseGoUrl(address)
        ? `Graphite address ${address} is not a valid URL`
        : undefined
    },
    measure: request => measured(request.signal, () => measure(request, context)),
  }
}

async function measure({ metric, nowMs, signal }: MeasurementRequest, context: ProviderContext): Promise<Measured> {
  const { address = '', query = '' } = graphiteMetric(metric)
  const { status, body } = await sendWithin(await context.http(), { url: renderUrl(address, query), signal }, timeoutMs)
  if (status >= 400) throw new MeasurementError(`error response: ${body}`)
  const answer = decodeTyped<{ datapoints?: (number | null)[] }[] | undefined>(answerShape, body)
  const points = answer?.[0]?.datapoints ?? []
  if (points.length === 0) throw new MeasurementError('no values found')
  const values = points.filter(point => point !== null)
  const text = `[${values.map(value => fixedFloat(value, 6)).join(',')}]`
  // the value stays although a condition cannot be evaluated
  return { value: text, ...judge(toValue(Float64Array.from(values)), text, metric, context.version, nowMs) }
}

/** graphite/api.go Query: no white space in the query, parameters in order, the address's own ones dropped */
function renderUrl(address: string, query: string): string {
  const base = parseGoUrl(address)
  if ('problem' in base) throw new MeasurementError(base.problem)
  const [given = ''] = query.replace(/[\t\n\f\r ]+/g, '').split('#')
  const values = parseValues(given).filter(([name]) => name !== 'format')
  const path = `/${[...base.path.split('/'), 'render'].filter(part => part !== '').join('/')}`
  const scheme = base.scheme && `${base.scheme}:`
  const user = base.userInfo === undefined ? '' : `${base.userInfo}@`
  const authority = scheme || user || base.host ? `//${user}${base.host}` : ''
  return `${scheme}${authority}${path}?${encodeValues([...values, ['format', 'json']])}`
}

/** A point's value; the time has to be one, and is not looked at. */
const point: Shape = {
  kind: 'own',
  read(value, mismatch) {
    if (value !== null && !(value instanceof Slice)) throw mismatch('[]interface {}')
    const items = value?.items ?? []
    const [number = null, time = null] = items
    if (items.length !== 2)
      throw new MeasurementError(`error unmarshaling data point: ${value === null ? '[]' : format(value)}`)
    const result = numberOf(number)
    checkTime(time, number)
    return result
  },
}

function numberOf(value: Value): number | null {
  if (value === null || typeof value === 'number') return value
  if (typeof value !== 'string') throw new MeasurementError(`error unmarshaling value: ${format(value)}`)
  const parsed = parseFloat64(value)
  if ('error' in parsed) throw new MeasurementError(parsed.error)
  return parsed.value
}

/** The message is about the value, as upstream's. */
function checkTime(time: Value, value: Value): void {
  if (time === null || typeof time === 'number') return
  if (typeof time !== 'string') throw new MeasurementError(`error unmarshaling timestamp: ${format(value)}`)
  const parsed = parseInteger(time, 10)
  if ('error' in parsed) throw new MeasurementError(parsed.error)
}

const answerShape = list(
  struct('graphiteTargetResp', 'graphite.graphiteTargetResp', {
    target: string,
    datapoints: list(point, '[]graphite.dataPoint'),
  }),
  'graphite.graphiteResponse',
)

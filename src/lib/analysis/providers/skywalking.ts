import type { Value } from '../../expr/go/values.ts'
import type { AnalysisMetric } from '../../rollouts/rollout.ts'
import { goJson } from '../../values/go-json.ts'
import { AnalysisError } from '../analysis-error.ts'
import { judge } from '../judge.ts'
import { metricDurationMs } from '../metric-duration.ts'
import type { Measured } from '../record-measurement.ts'
import type { ProviderContext } from './credentials.ts'
import { MeasurementError, measured } from './measurement-error.ts'
import type { MeasurementRequest, Provider } from './provider.ts'
import { any, decodeFirst, list, plainOf, type Shape, string, struct } from './typed-json.ts'

/** A `skywalking` metric as we read it (argo-rollouts analysis_types.go SkyWalkingMetric). */
export interface SkyWalkingMetric {
  address?: string
  /** GraphQL with a variable `$duration` */
  query?: string
  interval?: string
}

const skyWalkingMetric = (metric: AnalysisMetric) => (metric.provider?.skywalking ?? {}) as SkyWalkingMetric

const timeoutMs = 30_000

/** Asks SkyWalking by GraphQL; the result is the answer's data (argo-rollouts metricproviders/skywalking). */
export function skyWalkingProvider(context: ProviderContext): Provider {
  return {
    problem: metric => {
      try {
        metricDurationMs(skyWalkingMetric(metric).interval ?? '')
        return undefined
      } catch (error) {
        if (!(error instanceof AnalysisError)) throw error
        return error.message
      }
    },
    measure: request => measured(request.signal, () => measure(request, context)),
  }
}

async function measure({ metric, nowMs, signal }: MeasurementRequest, context: ProviderContext): Promise<Measured> {
  const { address = '', query = '', interval = '' } = skyWalkingMetric(metric)
  const duration = { start: minute(nowMs - metricDurationMs(interval)), end: minute(nowMs), step: 'MINUTE' }
  const type = 'application/json; charset=utf-8'
  const client = await context.http()
  const { body } = await client.send({
    method: 'POST',
    url: `${address}/graphql`,
    headers: { 'Content-Type': type, Accept: type },
    body: `${JSON.stringify({ query, variables: { duration } })}\n`,
    timeoutMs,
    signal,
  })
  const { data, errors } = decoded(body)
  const [first] = errors ?? []
  if (first) throw new MeasurementError(`graphql: ${first.Message}`)
  if (data === null) throw new MeasurementError('no results returned from SkyWalking query')
  return judge(data, goJson(plainOf(data)), metric, context.version, nowMs)
}

/** In the controller's time zone, which is UTC in its image. */
const minute = (ms: number) => new Date(ms).toISOString().replace(/T(\d\d):(\d\d).*$/, ' $1$2')

const answerShape: Shape = {
  kind: 'pointer',
  to: struct('graphResponse', 'graphql.graphResponse', {
    Data: any,
    Errors: list(struct('graphErr', 'graphql.graphErr', { Message: string }), '[]graphql.graphErr'),
  }),
}

/** Status and media type of the answer play no part (machinebox/graphql). */
function decoded(body: string): { data: Value; errors?: { Message: string }[] } {
  let answer: { Data: Value; Errors?: { Message: string }[] } | null
  try {
    answer = decodeFirst(answerShape, body)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new MeasurementError(`decoding response: ${error.message}`)
  }
  // the controller crashes
  if (answer === null) throw new MeasurementError('decoding response: the answer is JSON null')
  return { data: answer.Data, ...(answer.Errors ? { errors: answer.Errors } : {}) }
}

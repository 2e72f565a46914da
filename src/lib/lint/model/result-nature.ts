import { type Nature, natureOf, unknown } from '../../expr/check/nature.ts'
import { anySlice, float64Slice, float64Type } from '../../expr/go/types.ts'
import type { MetricModel } from './metric-model.ts'
import { isMap } from './plain.ts'

/**
 * What is known of the `result` that a metric's provider hands to the conditions (argo-rollouts metricproviders/): a
 * Prometheus scalar is a number, everything else of it a list of numbers.
 */
export function resultNature(metric: MetricModel): Nature {
  switch (metric.provider) {
    case 'prometheus':
      return prometheusNature(metric)
    case 'datadog':
      return datadogNature(metric)
    case 'graphite':
      return natureOf(float64Slice)
    case 'influxdb':
      return natureOf(anySlice)
    default:
      return unknown
  }
}

function prometheusNature({ query, config }: MetricModel): Nature {
  const type = query?.description?.type
  if (type === undefined || type === 'string') return unknown
  return natureOf(type === 'scalar' && !isMap(config.rangeQuery) ? float64Type : float64Slice)
}

/** Grouped queries of v2 are lists from 1.10 on. */
function datadogNature({ config }: MetricModel): Nature {
  const isV2 = config.apiVersion === 'v2'
  const texts = [config.query, ...Object.values(isMap(config.queries) ? config.queries : {})]
  const isGrouped = texts.some(text => typeof text !== 'string' || text.includes('{{') || /\bby\s*\{/.test(text))
  return isV2 && isGrouped ? unknown : natureOf(float64Type)
}

/** Providers that look at the conditions at all. */
export const hasConditions = (provider: string | undefined): boolean => provider !== 'job' && provider !== 'kayenta'

/** What a plugin decides by is its own business. */
export const providersWithConditions: ReadonlySet<string> = new Set([
  'prometheus',
  'web',
  'datadog',
  'newRelic',
  'cloudWatch',
  'graphite',
  'influxdb',
  'skywalking',
  'wavefront',
])

import { encodeValues } from './query-values.ts'

/** A query of GetMetricData, as a metric writes it. */
export interface CloudWatchQuery {
  id?: string
  expression?: string
  label?: string
  metricStat?: {
    metric?: { namespace?: string; metricName?: string; dimensions?: { name?: string; value?: string }[] }
    period?: number | string
    stat?: string
    unit?: string
  }
  /** seconds */
  period?: number | string
  returnData?: boolean
}

/**
 * The body of a request to GetMetricData in AWS's query protocol (aws-sdk-go-v2 service/cloudwatch serializers.go,
 * argo-rollouts cloudwatch.go convertType).
 */
export function metricDataForm(queries: readonly CloudWatchQuery[], startMs: number, endMs: number): string {
  const values: [string, string][] = [
    ['Action', 'GetMetricData'],
    ['Version', '2010-08-01'],
    ['StartTime', timeText(startMs)],
    ['EndTime', timeText(endMs)],
  ]
  if (queries.length === 0) values.push(['MetricDataQueries', ''])
  for (const [index, query] of queries.entries()) addQuery(values, `MetricDataQueries.member.${index + 1}`, query)
  return encodeValues(values)
}

function addQuery(values: [string, string][], at: string, query: CloudWatchQuery): void {
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) values.push([`${at}.${name}`, value])
  }
  add('Id', query.id ?? '')
  add('Expression', query.expression)
  add('Label', query.label)
  if (query.period !== undefined) add('Period', String(wholeNumber(query.period)))
  if (query.returnData !== undefined) add('ReturnData', String(query.returnData))
  const { metricStat } = query
  if (!metricStat) return
  const { metric = {}, period = 0, stat = '', unit } = metricStat
  add('MetricStat.Metric.Namespace', metric.namespace)
  add('MetricStat.Metric.MetricName', metric.metricName ?? '')
  for (const [index, { name = '', value = '' }] of (metric.dimensions ?? []).entries()) {
    add(`MetricStat.Metric.Dimensions.member.${index + 1}.Name`, name)
    add(`MetricStat.Metric.Dimensions.member.${index + 1}.Value`, value)
  }
  add('MetricStat.Period', String(wholeNumber(period)))
  add('MetricStat.Stat', stat)
  add('MetricStat.Unit', unit || undefined)
}

/** apimachinery's IntOrString: text that is no number is 0. */
const wholeNumber = (value: number | string) =>
  typeof value === 'number' ? value : /^[+-]?\d+$/.test(value) ? Number(value) : 0

/** With milliseconds as far as there are any (smithy-go time.FormatDateTime). */
const timeText = (ms: number) => new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')

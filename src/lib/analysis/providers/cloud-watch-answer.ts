import { parseFloat64 } from '../../expr/go/numbers.ts'
import { fromOutside } from '../../expr/go/strings.ts'
import { anyType, float64Slice, type GoType, objectType, sliceOf, stringType, timeType } from '../../expr/go/types.ts'
import { Dictionary, Slice, type Value } from '../../expr/go/values.ts'
import { Problem } from '../../expr/problem.ts'
import { parseTime } from '../../expr/time/parse.ts'
import type { MeasurementError } from './measurement-error.ts'
import { childOf, membersOf, parseXml, type XmlElement } from './xml.ts'

export interface MetricDataResult {
  id: string | undefined
  label: string | undefined
  statusCode: string
  timestamps: readonly Value[]
  values: Slice
}

export interface MetricData {
  /** undefined: the answer says nothing, Go's nil */
  results: MetricDataResult[] | undefined
  messages: { code: string; value: string }[]
}

/** A struct in Go; to conditions nearly the same as a map with these keys. */
const resultType: GoType = {
  kind: 'map',
  name: 'types.MetricDataResult',
  package: 'types',
  key: stringType,
  elem: anyType,
}
const resultsType = sliceOf(resultType)

/** Go's own type for a status, which is equal to no text. */
const statusType: GoType = { ...resultType, name: 'types.StatusCode' }

/**
 * Reads an answer of GetMetricData.
 *
 * @param fail words an answer that cannot be read
 */
export function readMetricData(body: string, fail: (cause: string) => MeasurementError): MetricData {
  const root = parseXml(body)
  if (root === undefined) return { results: undefined, messages: [] }
  if ('problem' in root) throw fail(root.problem)
  const result = childOf(root, 'GetMetricDataResult')
  if (!result) throw fail('GetMetricDataResult node not found')
  const list = childOf(result, 'MetricDataResults')
  return {
    results: list && membersOf(list).map(member => resultOf(member, fail)),
    messages: membersOf(childOf(result, 'Messages')).map(message => ({
      code: childOf(message, 'Code')?.text ?? '',
      value: childOf(message, 'Value')?.text ?? '',
    })),
  }
}

function resultOf(member: XmlElement, fail: (cause: string) => MeasurementError): MetricDataResult {
  const text = (name: string) => childOf(member, name)?.text
  const values = membersOf(childOf(member, 'Values')).map(value => {
    const parsed = parseFloat64(value.text)
    if ('error' in parsed) throw fail(parsed.error)
    return parsed.value
  })
  const timestamps = membersOf(childOf(member, 'Timestamps')).map(({ text: time }) => instantOf(time, fail))
  const statusCode = text('StatusCode') ?? ''
  return { id: text('Id'), label: text('Label'), statusCode, timestamps, values: new Slice(float64Slice, values) }
}

function instantOf(text: string, fail: (cause: string) => MeasurementError): Value {
  try {
    return parseTime('2006-01-02T15:04:05.999999999Z07:00', text, undefined)
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    throw fail(problem.message)
  }
}

/** What conditions see: `result[0].Values[0]`, `.Timestamps`, `.Id`, `.Label`, `.StatusCode`, `.Messages`. */
export function resultsValue({ results }: MetricData): Value {
  if (!results) return new Slice(resultsType, [], true)
  return new Slice(
    resultsType,
    results.map(({ id, label, statusCode, timestamps, values }) =>
      dictionary(resultType, {
        Id: id === undefined ? null : fromOutside(id),
        Label: label === undefined ? null : fromOutside(label),
        StatusCode: dictionary(statusType, { text: fromOutside(statusCode) }),
        Timestamps: new Slice(sliceOf(timeType), timestamps),
        Values: values,
        Messages: new Slice(sliceOf(objectType), [], true),
      }),
    ),
  )
}

const dictionary = (type: GoType, fields: Record<string, Value>) =>
  new Dictionary(type, new Map(Object.entries(fields).map(([key, value]) => [key, [key, value] as const])))

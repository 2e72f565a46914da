import { parseFloat64 } from '../expr/go/numbers.ts'
import { JsoniterReader } from './jsoniter-reader.ts'
import { jsoniterText, nothingToRead } from './jsoniter-text.ts'

/** How often the bytes of `data` were found, and the complaint about the rest. */
export interface ExplainedAnswer {
  problem?: string
  /** as it was sent; empty when there is none */
  data: string
}

/** What client_golang's `json.Unmarshal(body, &apiResponse)` makes of a body. */
export function explainAnswer(body: string): ExplainedAnswer {
  const reader = new JsoniterReader(body)
  let data = ''
  readStruct(reader, 'v1.apiResponse', {
    status: ['Status', () => reader.readString()],
    errortype: ['ErrorType', () => reader.readString()],
    error: ['Error', () => reader.readString()],
    warnings: ['Warnings', () => readSlice(reader, '[]string', () => reader.readString())],
    data: [
      'Data',
      () => {
        data = readRaw(reader)
      },
    ],
  })
  if (reader.nextToken() !== '\0') reader.report('Unmarshal', 'there are bytes left after unmarshal')
  return { problem: reader.error, data }
}

/** prometheus/common model.ValueType */
const types = new Set(['<ValNone>', 'scalar', 'vector', 'matrix', 'string'])

/** What it makes of the `data` of a query's answer that is no result, given as it was sent. */
export function explainResult(data: string): string | undefined {
  const reader = new JsoniterReader(data)
  let type: string | undefined
  let result = ''
  readStruct(reader, '', {
    resulttype: [
      'Type',
      () => {
        type = JSON.parse(readRaw(reader) || 'null') ?? undefined
        if (type !== undefined && !types.has(type))
          reader.report('unmarshalerDecoder', `unknown value type ${JSON.stringify(type)}`)
      },
    ],
    result: [
      'Result',
      () => {
        result = readRaw(reader)
      },
    ],
  })
  const problem = reader.error ?? problemOf(type ?? '<ValNone>', result)
  return problem && jsoniterText('unmarshalerDecoder', problem, data, Buffer.byteLength(data))
}

function problemOf(type: string, result: string): string | undefined {
  switch (type) {
    case 'scalar': {
      if (result === '') return nothingToRead
      const problem = scalarProblem(result)
      return problem && jsoniterText('unmarshalerDecoder', problem, result, Buffer.byteLength(result))
    }
    case 'vector':
      return elementsProblem(result, 'model.Vector', reader => {
        const element = readRaw(reader)
        const problem = element && sampleProblem(element)
        if (problem) reader.report('unmarshalerDecoder', problem)
      })
    case 'matrix':
      return elementsProblem(result, 'model.Matrix', readStream)
    default:
      return `unexpected value type ${JSON.stringify(type)}`
  }
}

type Fields = Record<string, [name: string, read: () => void]>

/** reflect_struct_decoder.go generalStructDecoder; an unnamed type is not named in complaints. */
function readStruct(reader: JsoniterReader, type: string, fields: Fields): void {
  const first = reader.nextToken()
  if (first === 'n') {
    reader.unread()
    reader.skip()
    return
  }
  if (first !== '{') {
    reader.report('readObjectStart', `expect { or n, but found ${first}`)
    return
  }
  if (reader.nextToken() === '}') return
  reader.unread()
  let token: string
  do {
    const key = reader.readString().toLowerCase()
    const [name, read] = (Object.hasOwn(fields, key) && fields[key]) || []
    reader.expectColon()
    if (read) read()
    else reader.skip()
    if (name) reader.within(`${name}: `)
    token = reader.nextToken()
  } while (token === ',')
  if (type) reader.within(`${type}.`)
  if (token !== '}') reader.report('struct Decode', `expect }, but found ${token}`)
}

/** A json.RawMessage, which null empties. */
function readRaw(reader: JsoniterReader): string {
  const first = reader.nextToken()
  reader.unread()
  const from = reader.head
  reader.skip()
  // after a complaint the reader has lost its place
  return first === 'n' || reader.error !== undefined ? '' : reader.slice(from)
}

/** reflect_slice.go */
function readSlice(reader: JsoniterReader, type: string, readElement: () => void): void {
  readElements(reader, readElement)
  reader.within(`${type}: `)
}

function readElements(reader: JsoniterReader, readElement: () => void): void {
  let token = reader.nextToken()
  if (token === 'n') {
    reader.unread()
    reader.skip()
    return
  }
  if (token !== '[') {
    reader.report('decode slice', `expect [ or n, but found ${token}`)
    return
  }
  if (reader.nextToken() === ']') return
  reader.unread()
  do {
    readElement()
    token = reader.nextToken()
  } while (token === ',')
  if (token !== ']') reader.report('decode slice', `expect ], but found ${token}`)
}

function elementsProblem(result: string, type: string, read: (reader: JsoniterReader) => void): string | undefined {
  const reader = new JsoniterReader(result)
  readSlice(reader, type, () => read(reader))
  return reader.error
}

/** client_golang unmarshalSampleStreamJSON, which stops at the value. */
function readStream(reader: JsoniterReader): void {
  const from = reader.head
  reader.skip()
  const element = reader.slice(from)
  for (const pair of element.matchAll(/\[\s*[-+.eE\d]+\s*,\s*"((?:[^"\\]|\\.)*)"/g)) {
    const problem = numberProblem(pair[1] ?? '')
    const read = Buffer.byteLength(element.slice(0, pair.index + pair[0].length))
    if (problem) reader.report('unmarshal model.SamplePair', problem, from + read)
  }
}

/** prometheus/common model Scalar.UnmarshalJSON, with encoding/json */
function scalarProblem(result: string): string | undefined {
  const parsed: unknown = JSON.parse(result)
  if (!Array.isArray(parsed)) return cannot(parsed, '[2]interface {}')
  const [, time = '0'] = /^\[\s*([^,\]\s]*)/.exec(result) ?? []
  const wrongTime = time === '' ? undefined : timeProblem(time)
  if (wrongTime) return wrongTime
  if (parsed[1] !== undefined && parsed[1] !== null && typeof parsed[1] !== 'string') return cannot(parsed[1], 'string')
  const problem = numberProblem(parsed[1] ?? '')
  return problem && `error parsing sample value: ${problem}`
}

const sampleType =
  'struct { Metric model.Metric "json:\\"metric\\""; Value model.SamplePair "json:\\"value\\""; Histogram model.SampleHistogramPair "json:\\"histogram\\"" }'

/** Sample.UnmarshalJSON */
function sampleProblem(element: string): string | undefined {
  const parsed: unknown = JSON.parse(element)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return cannot(parsed, sampleType)
  const { metric, value } = parsed as { metric?: Record<string, unknown>; value?: unknown }
  for (const label of Object.values(metric ?? {}))
    if (typeof label !== 'string')
      return `json: cannot unmarshal ${kindOf(label)} into Go struct field .metric of type model.LabelValue`
  if (!Array.isArray(value)) return undefined
  const time = /"value"\s*:\s*\[\s*("[^"]*"|[^,\]\s]*)/.exec(element)?.[1] ?? ''
  const wrongTime = time === '' ? undefined : timeProblem(time)
  if (wrongTime) return wrongTime
  if (value.length < 2) return undefined
  return typeof value[1] === 'string' ? numberProblem(value[1]) : 'sample value must be a quoted string'
}

/** model.Time.UnmarshalJSON takes the text apart at its dots. */
function timeProblem(text: string): string | undefined {
  const wrong = text.split('.').find(part => !/^[-+]?\d+$/.test(part))
  return wrong === undefined ? undefined : `strconv.ParseInt: parsing ${JSON.stringify(wrong)}: invalid syntax`
}

function numberProblem(text: string): string | undefined {
  const parsed = parseFloat64(text)
  return 'error' in parsed ? parsed.error : undefined
}

const cannot = (value: unknown, type: string) => `json: cannot unmarshal ${kindOf(value)} into Go value of type ${type}`

const kindOf = (value: unknown) =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value

import { usage } from '../../values/failure.ts'
import type { VerificationSpec } from '../spec/verification.ts'
import type { RecordedLog, RecordedPod, RecordedSeries, RecordedTemplate, Recording } from './recording.ts'

/**
 * The recordings in the lines of a file, one after the other (FORMATS 2). Lines of a shape that is not known are passed
 * over with a warning, so that files of newer versions stay readable.
 *
 * @param name of the file, for messages
 * @throws Failure `usage`, with the line's number, for what is no JSON and for a header without stepSeconds
 */
export async function* readRecordings(
  lines: AsyncIterable<string> | Iterable<string>,
  name: string,
): AsyncGenerator<Recording, void, undefined> {
  let current: Recording | undefined
  let number = 0
  for await (const line of lines) {
    number++
    if (line.trim() === '') continue
    const at = `${name}:${number}`
    const object = parse(line, at)
    if (object.kind === 'VerificationRecording') {
      if (current) yield current
      current = headerOf(object, at)
    } else if (current) add(current, object, at)
    else throw usage(`${at}: a recording begins with a line of kind VerificationRecording`, { reason: 'InvalidFile' })
  }
  if (current) yield current
  else throw usage(`${name}: there is no recording in it`, { reason: 'InvalidFile' })
}

type Fields = Record<string, unknown>

function parse(line: string, at: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw usage(`${at}: not JSON: ${(error as Error).message}`, { reason: 'InvalidFile' })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw usage(`${at}: a JSON object is expected`, { reason: 'InvalidFile' })
}

function headerOf(header: Fields, at: string): Recording {
  const { id, spec, start, stepSeconds, lookbackSteps } = header
  if (typeof stepSeconds !== 'number' || !(stepSeconds > 0))
    throw usage(`${at}: the header needs stepSeconds, a positive number`, { reason: 'InvalidFile' })
  return {
    id: typeof id === 'string' ? id : '',
    spec: (spec ?? {}) as VerificationSpec,
    start: typeof start === 'string' ? start : '',
    stepSeconds,
    lookbackSteps: typeof lookbackSteps === 'number' ? lookbackSteps : 0,
    pods: [],
    series: [],
    logs: [],
    templates: [],
    endStep: undefined,
    warnings: [],
  }
}

function add(recording: Recording, object: Fields, at: string): void {
  if (isPod(object)) {
    const { pod, arm, readyStep, goneStep, restarts } = object
    recording.pods.push({ pod, arm, readyStep, goneStep: goneStep ?? null, restarts: restarts ?? [] })
  } else if (isSeries(object)) {
    const { series, from, values } = object
    recording.series.push({ ...series, kind: object.kind === 'delta' ? 'delta' : 'samples', from, values })
  } else if (isOf<{ log: RecordedLog }>(object, 'log')) recording.logs.push(object.log)
  else if (isOf<{ template: Omit<RecordedTemplate, 'pod'> } & RecordedTemplate>(object, 'template')) {
    const { template, pod, step, count } = object
    recording.templates.push({ ...template, pod, step, count })
  } else if (isOf<{ end: { steps: number } }>(object, 'end') && typeof object.end.steps === 'number')
    recording.endStep = object.end.steps
  else recording.warnings.push(`${at}: a line of an unknown shape was passed over`)
}

const isOf = <T>(object: unknown, key: string): object is T =>
  typeof (object as Fields)[key] === 'object' && (object as Fields)[key] !== null

const isPod = (object: Fields): object is Fields & RecordedPod =>
  typeof object.pod === 'string' &&
  (object.arm === 'canary' || object.arm === 'stable') &&
  typeof object.readyStep === 'number'

const isSeries = (object: Fields): object is Fields & { series: RecordedSeries } & RecordedSeries =>
  isOf(object, 'series') && typeof object.from === 'number' && Array.isArray(object.values)

import type { Arm, RecordedPod, RecordedSeries, Recording } from '../recording/recording.ts'
import type { MetricSettings } from '../spec/settings.ts'
import {
  emptyCounts,
  eventCounts,
  increase,
  type PodCounts,
  requestCounts,
  type Samples,
  type Window,
} from './counters.ts'
import { chooseEdges } from './histogram-edges.ts'
import { countsAt } from './pod-life.ts'

/** A gauge of one pod by step; NaN where it does not count. */
export interface PodValues {
  pod: string
  arm: Arm
  values: Float64Array
}

/** What a metric says of every pod, by step from `firstStep` on. */
export type MetricData =
  | { kind: 'counts'; pods: PodCounts[]; edges: number[]; firstStep: number }
  | { kind: 'gauge'; pods: PodValues[]; firstStep: number }

/** The metric's samples as events and exposures, or values, of the pods; a metric without series has no pods. */
export function metricData(recording: Recording, metric: MetricSettings, window: Window): MetricData {
  const series = recording.series.filter(each => each.metric === metric.name)
  const { firstStep } = window
  if (metric.kind === 'gauge')
    return { kind: 'gauge', firstStep, pods: recording.pods.flatMap(pod => gaugeOf(pod, series, window)) }
  const groups = groupsOf(series)
  if (metric.kind === 'histogram') {
    const edges = chooseEdges(series, recording.pods, window)
    const pods = [
      ...recording.pods.flatMap(pod => latencyOf(pod, series, edges, window)),
      ...groups.map(group => latencyOfGroup(group, edges, window)),
    ]
    return { kind: 'counts', firstStep, edges, pods }
  }
  const pods = [
    ...recording.pods.flatMap(pod =>
      metric.kind === 'ratio' ? ratioOf(pod, series, window) : counterOf(pod, series, window),
    ),
    ...groups.map(group => eventsOfGroup(group, window)),
  ]
  return { kind: 'counts', firstStep, edges: [], pods }
}

const nothing: Samples = { from: 0, values: [] }

const partOf = (pod: RecordedPod, series: readonly RecordedSeries[], part: RecordedSeries['part']) =>
  series.find(each => each.pod === pod.pod && each.part === part)

function ratioOf(pod: RecordedPod, series: readonly RecordedSeries[], window: Window): PodCounts[] {
  const total = partOf(pod, series, 'total')
  if (!total) return []
  const good = partOf(pod, series, 'good')
  if (good) return [requestCounts(pod, total, [good], window, (requests, fine) => requests - fine)]
  return [requestCounts(pod, total, [partOf(pod, series, 'bad') ?? nothing], window, (_requests, bad) => bad)]
}

function counterOf(pod: RecordedPod, series: readonly RecordedSeries[], window: Window): PodCounts[] {
  const count = partOf(pod, series, 'count')
  return count ? [eventCounts(pod, count, window)] : []
}

/** Requests slower than each edge. */
function latencyOf(
  pod: RecordedPod,
  series: readonly RecordedSeries[],
  edges: readonly number[],
  window: Window,
): PodCounts[] {
  const own = series.filter(each => each.pod === pod.pod && each.part === 'bucket')
  const bucket = (edge: number) => own.find(each => Number(each.le) === edge) ?? nothing
  const all = own.find(each => isInfinite(each.le))
  if (!all) return []
  return [requestCounts(pod, all, edges.map(bucket), window, (requests, faster) => requests - faster)]
}

export const isInfinite = (le: string | undefined): boolean => /^\+?inf(inity)?$/i.test(le ?? '')

function gaugeOf(pod: RecordedPod, series: readonly RecordedSeries[], window: Window): PodValues[] {
  const own = partOf(pod, series, 'value')
  if (!own) return []
  const values = new Float64Array(window.lastStep - window.firstStep + 1).fill(Number.NaN)
  for (const [index, value] of own.values.entries()) {
    const step = own.from + index
    const at = step - window.firstStep
    const counts = at >= 0 && at < values.length && countsAt(pod, step, window.warmupSteps)
    if (counts && typeof value === 'number' && Number.isFinite(value)) values[at] = value
  }
  return [{ pod: pod.pod, arm: pod.arm, values }]
}

/** Increases that the query engine has summed over the pods of a group; the group counts as one pod. */
interface Group {
  name: string
  arm: Arm
  series: RecordedSeries[]
}

function groupsOf(series: readonly RecordedSeries[]): Group[] {
  const groups = new Map<string, Group>()
  for (const each of series) {
    if (each.kind !== 'delta' || !each.arm) continue
    const name = `${each.arm}/${each.group ?? ''}`
    const group = groups.get(name) ?? { name, arm: each.arm, series: [] }
    group.series.push(each)
    groups.set(name, group)
  }
  return [...groups.values()]
}

function eventsOfGroup({ name, arm, series }: Group, window: Window): PodCounts {
  const counts = emptyCounts({ pod: name, arm }, 1, window)
  const of = (part: RecordedSeries['part']) => series.find(each => each.part === part)
  const [exposure, bad, good, count] = [of('total'), of('bad'), of('good'), of('count')]
  eachStep(window, (step, at) => {
    const requests = exposure ? deltaAt(exposure, step) : count ? window.stepSeconds : undefined
    if (requests === undefined || !(requests >= 0)) return
    counts.exposure[at] = requests
    const events = good ? requests - (deltaAt(good, step) ?? 0) : deltaAt(count ?? bad, step)
    const [target] = counts.events
    if (target) target[at] = Math.max(0, events ?? 0)
  })
  return counts
}

function latencyOfGroup({ name, arm, series }: Group, edges: readonly number[], window: Window): PodCounts {
  const counts = emptyCounts({ pod: name, arm }, edges.length, window)
  const all = series.find(each => isInfinite(each.le))
  const buckets = edges.map(edge => series.find(each => Number(each.le) === edge))
  eachStep(window, (step, at) => {
    const requests = deltaAt(all, step)
    if (requests === undefined || !(requests >= 0)) return
    counts.exposure[at] = requests
    for (const [index, bucket] of buckets.entries()) {
      const events = counts.events[index]
      if (events) events[at] = Math.max(0, requests - (deltaAt(bucket, step) ?? 0))
    }
  })
  return counts
}

function eachStep({ firstStep, lastStep }: Window, act: (step: number, at: number) => void): void {
  for (let step = firstStep; step <= lastStep; step++) act(step, step - firstStep)
}

function deltaAt(series: RecordedSeries | undefined, step: number): number | undefined {
  const value = series?.values[step - series.from]
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The increase of a bucket's counter over the lookback, resets included. */
export function totalIncrease({ kind, values }: RecordedSeries, from: number, to: number): number {
  let sum = 0
  let before: number | undefined
  for (let index = Math.max(0, from); index <= Math.min(to, values.length - 1); index++) {
    const value = values[index]
    if (typeof value !== 'number') continue
    if (kind === 'delta') sum += value
    else if (before !== undefined) sum += increase(before, value)
    before = value
  }
  return sum
}

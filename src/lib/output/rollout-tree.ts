import type { AnalysisJobInfo, AnalysisRunInfo, MeasurementCounts } from '../rollouts/info/analysis-run-info.ts'
import type { ExperimentInfo } from '../rollouts/info/experiment-info.ts'
import type { RolloutInfo } from '../rollouts/info/info.ts'
import type { PodInfo, ReplicaSetInfo } from '../rollouts/info/replica-set-info.ts'
import { humanAge, humanDuration, parseTime } from '../values/human-duration.ts'
import { tagStyle } from './colors.ts'
import { analysisIcon, icons, kindIcons, podIcon, replicaSetIcon, rolloutIcon } from './icons.ts'
import { metricNode } from './metric-node.ts'
import type { Span, Style } from './style.ts'
import type { TreeNode } from './tree.ts'

/** The rollout with its revisions, newest first, and in each its ReplicaSets, Experiments and AnalysisRuns. */
export function rolloutTree(info: RolloutInfo, nowMs: number): TreeNode {
  const revisions = new Set(
    [...info.replicaSets, ...info.experiments, ...info.analysisRuns].map(({ revision }) => revision),
  )
  const newest = Math.max(...revisions)
  return {
    icon: kindIcons.Rollout ?? '',
    name: info.name,
    kind: 'Rollout',
    status: info.phase,
    statusIcon: rolloutIcon(info.phase),
    age: humanAge(info.createdAt, nowMs),
    info: [],
    children: [...revisions]
      .sort((a, b) => b - a)
      .map(revision => revisionNode(info, revision, revision === newest, nowMs)),
  }
}

function revisionNode(info: RolloutInfo, revision: number, isNewest: boolean, nowMs: number): TreeNode {
  const ofRevision = (each: { revision: number }) => each.revision === revision
  return {
    icon: '',
    name: `${kindIcons.Revision} revision:${revision}`,
    kind: '',
    status: '',
    statusIcon: icons.none,
    age: '',
    info: [],
    children: [
      ...info.replicaSets.filter(ofRevision).map(each => replicaSetNode(each, nowMs)),
      ...info.experiments.filter(ofRevision).map(each => experimentNode(each, isNewest, nowMs)),
      ...info.analysisRuns.filter(ofRevision).map(each => analysisRunNode(each, isNewest, nowMs)),
    ],
  }
}

function replicaSetNode(info: ReplicaSetInfo, nowMs: number): TreeNode {
  const lastTag = info.tags.at(-1)
  return {
    icon: kindIcons.ReplicaSet ?? '',
    name: info.name,
    nameStyle: lastTag && tagStyle(lastTag),
    kind: 'ReplicaSet',
    status: info.status,
    statusIcon: replicaSetIcon(info.status),
    age: humanAge(info.createdAt, nowMs),
    info: [...info.tags.map(tag => ({ text: tag, style: tagStyle(tag) })), ...delaySpan(info, nowMs)],
    children: info.pods.map(pod => podNode(pod, nowMs)),
  }
}

/** How long an old ReplicaSet still stays; `passed` once its deadline lies behind us. */
function delaySpan({ scaleDownDeadline }: ReplicaSetInfo, nowMs: number): Span[] {
  if (scaleDownDeadline === undefined) return []
  const deadline = parseTime(scaleDownDeadline)
  if (deadline === undefined) return [{ text: 'delay:' }]
  return [{ text: deadline < nowMs ? 'delay:passed' : `delay:${humanDuration(deadline - nowMs)}` }]
}

function podNode(pod: PodInfo, nowMs: number): TreeNode {
  return {
    icon: kindIcons.Pod ?? '',
    name: pod.name,
    kind: 'Pod',
    status: pod.status,
    statusIcon: podIcon(pod.status),
    age: humanAge(pod.createdAt, nowMs),
    info: [
      { text: `ready:${pod.readyContainers}/${pod.containers}` },
      ...(pod.restarts > 0 ? [{ text: `restarts:${pod.restarts}` }] : []),
    ],
    children: [],
  }
}

/** @param withMetrics show the metrics also of a run that is over */
export function experimentNode(info: ExperimentInfo, withMetrics: boolean, nowMs: number): TreeNode {
  return {
    icon: kindIcons.Experiment ?? '',
    name: info.name,
    nameStyle: runningStyle(info.status),
    kind: 'Experiment',
    status: info.status,
    statusIcon: analysisIcon(info.status),
    age: humanAge(info.createdAt, nowMs),
    info: info.remainingMs === undefined ? [] : [{ text: `remaining:${humanDuration(Math.max(0, info.remainingMs))}` }],
    children: [
      ...info.replicaSets.map(each => replicaSetNode(each, nowMs)),
      ...info.analysisRuns.map(each => analysisRunNode(each, withMetrics, nowMs)),
    ],
  }
}

/** @param withMetrics show the metrics also of a run that is over */
function analysisRunNode(info: AnalysisRunInfo, withMetrics: boolean, nowMs: number): TreeNode {
  const isOver = info.status !== 'Running' && info.status !== 'Pending'
  const metrics = withMetrics || !isOver ? info.metrics : []
  return {
    icon: kindIcons.AnalysisRun ?? '',
    name: info.name,
    nameStyle: runningStyle(info.status),
    kind: 'AnalysisRun',
    status: info.status,
    statusIcon: analysisIcon(info.status),
    age: info.notLoaded ? '' : humanAge(info.createdAt, nowMs),
    info: countSpans(info),
    children: [
      ...metrics.map(metric => metricNode(metric, isOver, nowMs)),
      ...info.jobs.map(job => jobNode(job, nowMs)),
    ],
  }
}

function countSpans(counts: MeasurementCounts): Span[] {
  const spans: [Span, number][] = [
    [{ text: `${icons.ok} ${counts.successful}`, style: 'green' }, counts.successful],
    [{ text: `${icons.bad} ${counts.failed}`, style: 'red' }, counts.failed],
    [{ text: `${icons.unknown} ${counts.inconclusive}`, style: 'yellow' }, counts.inconclusive],
    [{ text: `${icons.warning} ${counts.error}`, style: 'red' }, counts.error],
  ]
  return spans.flatMap(([span, count]) => (count > 0 ? [span] : []))
}

function jobNode(job: AnalysisJobInfo, nowMs: number): TreeNode {
  return {
    icon: kindIcons.Job ?? '',
    name: job.name,
    nameStyle: runningStyle(job.status),
    kind: 'Job',
    status: job.status,
    statusIcon: analysisIcon(job.status),
    age: humanAge(job.startedAt, nowMs),
    info: [],
    children: [],
  }
}

function runningStyle(phase: string): Style | undefined {
  return phase === 'Running' || phase === 'Pending' ? 'blue' : undefined
}

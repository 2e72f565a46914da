import { imageText } from '../rollouts/images.ts'
import type { RolloutInfo } from '../rollouts/info/info.ts'
import type { PauseInfo } from '../rollouts/info/pause-info.ts'
import type { StepInfo } from '../rollouts/info/step-info.ts'
import { humanAge, humanDuration } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { type Field, renderFields } from './fields.ts'
import { analysisIcon, rolloutIcon } from './icons.ts'
import { rolloutTree } from './rollout-tree.ts'
import type { Span, Styled } from './style.ts'
import { type Column, type Rendering, renderTable } from './table.ts'
import { renderTree } from './tree.ts'

/** `rollout get`: header, steps and tree (the header as upstream's get, with what it lacks). */
export function renderRollout(info: RolloutInfo, rendering: Rendering, nowMs: number): string {
  const steps = info.steps.length > 0 ? `\n${renderSteps(info, rendering)}` : ''
  const tree = renderTree(rolloutTree(info, nowMs), rendering)
  return `${renderFields(headerFields(info, nowMs), rendering)}${steps}\n${tree}`
}

function headerFields(info: RolloutInfo, nowMs: number): Field[] {
  const icon = rolloutIcon(info.phase)
  const field = (key: string, value: Styled | undefined | '', overflow?: 'cut'): Field[] =>
    value === undefined ? [] : [{ key, values: [value], ...(overflow ? { overflow } : {}) }]
  const { replicas } = info
  return [
    ...field('Name', safeText(info.name), 'cut'),
    ...field('Namespace', safeText(info.namespace), 'cut'),
    ...field('Status', { text: `${icon} ${safeText(info.phase)}`, style: iconStyle(icon) }),
    ...field('Message', info.message === '' ? undefined : safeText(info.message)),
    ...field('Paused', info.pause && pauseText(info.pause, nowMs)),
    ...field('Aborted', info.abortedAt && abortText(info.abortedAt, nowMs)),
    ...field('Strategy', info.strategy ?? ''),
    ...(info.strategy === 'Canary' ? canaryFields(info) : []),
    { key: 'Images', values: info.images.map(image => safeText(imageText(image))), overflow: 'cut' },
    { key: 'Replicas', values: [] },
    ...field('  Desired', String(replicas.desired)),
    ...field('  Current', String(replicas.current)),
    ...field('  Updated', String(replicas.updated)),
    ...field('  Ready', String(replicas.ready)),
    ...field('  Available', String(replicas.available)),
    ...field('Not found', info.missingWorkload && { text: safeText(info.missingWorkload), style: 'red' }),
    ...(info.notVisible.length > 0
      ? field('Not visible', { text: `${info.notVisible.map(part => partNames[part]).join(', ')}`, style: 'yellow' })
      : []),
  ]
}

const partNames = {
  replicaSets: 'ReplicaSets',
  pods: 'Pods',
  experiments: 'Experiments',
  analysisRuns: 'AnalysisRuns',
  workload: 'the object of spec.workloadRef',
} as const

function canaryFields(info: RolloutInfo): Field[] {
  const max = info.maxWeight === undefined || info.maxWeight === 100 ? '' : ` of ${info.maxWeight}`
  const unverified = info.weightVerified === false ? ' (not verified by the traffic router)' : ''
  return [
    { key: '  Step', values: [info.step] },
    { key: '  SetWeight', values: [`${info.setWeight ?? 0}${max}`] },
    { key: '  ActualWeight', values: [`${info.actualWeight ?? 0}${max}${unverified}`] },
  ]
}

/** `since 5m12s, 4m48s left`, `since 5m12s, until somebody promotes`, `by kubectl-edit 3m ago, until resumed`. */
function pauseText(pause: PauseInfo, nowMs: number): string {
  const isManual = pause.reasons.includes('manual')
  const controllerReasons = pause.reasons.filter(reason => reason !== 'manual')
  const who = pause.by ? ` by ${safeText(pause.by.manager)}` : ''
  const at = pause.by?.time ? ` ${humanAge(pause.by.time, nowMs)} ago` : ''
  return [
    ...(isManual ? [`manually${who}${at}`] : []),
    ...(pause.since ? [`since ${humanAge(pause.since, nowMs)}`] : []),
    pauseEnd(pause, isManual, controllerReasons),
  ].join(', ')
}

function pauseEnd(pause: PauseInfo, isManual: boolean, reasons: readonly string[]): string {
  if (pause.remainingMs === 0) return 'due to end now'
  if (pause.remainingMs !== undefined) return `${humanDuration(pause.remainingMs)} left`
  if (isManual) return reasons.length > 0 ? 'until resumed and promoted' : 'until resumed'
  return reasons.some(reason => reason.startsWith('Inconclusive')) ? 'until a decision is made' : 'until promoted'
}

function abortText(abortedAt: string, nowMs: number): string {
  return abortedAt === 'unknown' ? 'yes' : `${humanAge(abortedAt, nowMs)} ago`
}

const stepColumns: readonly Column[] = [
  { title: '', cut: 'end', min: 2 },
  { title: 'STEP' },
  { title: 'DO', cut: 'end', min: 20, yields: 1 },
  { title: 'STATE', cut: 'end', min: 10, yields: 2 },
]

/** The steps, the current one marked by a sign and a word. */
function renderSteps(info: RolloutInfo, rendering: Rendering): string {
  const rows = info.steps.map(step => {
    const isCurrent = step.state === 'current'
    const style = step.state === 'done' ? ('dim' as const) : isCurrent ? ('bold' as const) : undefined
    return [
      [{ text: isCurrent ? '→' : ' ', style }],
      [{ text: String(step.index), style }],
      [{ text: safeText(step.text), style }],
      stepState(step),
    ]
  })
  return renderTable(stepColumns, rows, rendering)
}

function stepState(step: StepInfo): Span[] {
  const word = step.state === 'next' ? '' : step.state
  const details = [
    ...(step.remainingMs === undefined ? [] : [`${humanDuration(step.remainingMs)} left`]),
    ...(step.runs ? [safeText(step.runs)] : []),
    ...pluginState(step),
  ]
  const icon = step.plugin?.phase && analysisIcon(step.plugin.phase)
  const style = step.state === 'done' ? ('dim' as const) : icon ? iconStyle(icon) : undefined
  return [{ text: [word, ...details].filter(text => text !== '').join(', '), style }]
}

function pluginState({ plugin }: StepInfo): string[] {
  if (!plugin) return []
  const { phase = '', operation, message, executions, disabled } = plugin
  return [
    `${analysisIcon(phase)} ${phase}`.trim(),
    ...(operation && operation !== 'Run' ? [operation] : []),
    ...(executions && executions > 1 ? [`${executions} executions`] : []),
    ...(disabled ? ['disabled'] : []),
    ...(message ? [safeText(message)] : []),
  ]
}

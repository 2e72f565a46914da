import { discoveredAt, type Freight } from '../kargo/freight.ts'
import { isControlFlow, type Stage } from '../kargo/stage.ts'
import { freightLabel } from '../kargo/trace/commands.ts'
import type { StageTrace } from '../kargo/trace/trace.ts'
import { humanAge } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { shortArtifacts } from './artifact-text.ts'
import { iconStyle } from './colors.ts'
import { type Icon, icons } from './icons.ts'
import type { Styled } from './style.ts'
import { type Column, type Rendering, renderTable } from './table.ts'

export interface FreightRow {
  freight: Freight
  /** Stages that hold it now, and those that verified it */
  in: readonly string[]
  verifiedIn: readonly string[]
  /** where a Stage was asked for */
  at?: StageTrace
}

const freightColumns: readonly Column[] = [
  { title: 'ALIAS', cut: 'middle', min: 12 },
  { title: 'NAME', drop: 3 },
  { title: 'ORIGIN', cut: 'middle', drop: 2 },
  { title: 'ARTIFACTS', cut: 'end', min: 16, yields: 1 },
  { title: 'IN', cut: 'end', yields: 2 },
  { title: 'VERIFIED', cut: 'end', yields: 3, drop: 1 },
  { title: 'AGE' },
]

/** `freight list`: newest first, and with a Stage whether it may go there and what holds it. */
export function renderFreightList(
  rows: readonly FreightRow[],
  rendering: Rendering,
  nowMs: number,
  options: { headers?: boolean } = {},
): string {
  const isOfStage = rows.some(row => row.at)
  const columns = isOfStage ? [...freightColumns, { title: 'GATE' }] : freightColumns
  const cells = rows.map(({ freight, at, ...places }): Styled[] => [
    safeText(freightLabel(freight)),
    freight.metadata.name.slice(0, 7),
    safeText(freight.origin?.name ?? '-'),
    safeText(shortArtifacts(freight)) || '-',
    safeText(places.in.join(',')) || '-',
    safeText(places.verifiedIn.join(',')) || '-',
    humanAge(discoveredAt(freight), nowMs),
    ...(isOfStage ? [at ? gateCell(at) : '-'] : []),
  ])
  return renderTable(columns, cells, rendering, options)
}

function gateCell({ state, accepted, name, blocks: [first] }: StageTrace): Styled {
  if (state === 'current') return [{ text: icons.ok, style: iconStyle(icons.ok) }, { text: ' is there' }]
  const icon = accepted ? icons.waiting : icons.bad
  const gate = first ? `${first.reason}${first.stage === name ? '' : ` at ${first.stage}`}` : ''
  return [{ text: icon, style: iconStyle(icon) }, { text: safeText(` ${accepted ? 'available: ' : ''}${gate}`) }]
}

const stageColumns: readonly Column[] = [
  { title: 'STAGE', cut: 'middle', min: 12 },
  { title: 'FREIGHT', cut: 'middle', min: 12, yields: 1 },
  { title: 'HEALTH' },
  { title: 'VERIFICATION' },
  { title: 'PROMOTION', cut: 'middle', min: 12, yields: 2, drop: 1 },
  { title: 'AUTO', drop: 2 },
  { title: 'AGE', drop: 3 },
]

/** `stage list`: what each Stage holds and in what state it is. */
export function renderStageList(
  stages: readonly Stage[],
  labelOf: (freightName: string) => string,
  rendering: Rendering,
  nowMs: number,
  options: { headers?: boolean } = {},
): string {
  const cells = stages.map((stage): Styled[] => {
    const { status } = stage
    const current = Object.values(status?.freightHistory?.[0]?.items ?? {}).map(item => labelOf(item.name))
    const promotion = status?.currentPromotion
    const none = isControlFlow(stage) ? 'no steps' : '-'
    return [
      safeText(stage.metadata.name),
      safeText(current.join(',')) || none,
      withIcon(status?.health?.status),
      withIcon(status?.freightHistory?.[0]?.verificationHistory?.[0]?.phase),
      safeText(promotion ? `to ${labelOf(promotion.freight?.name ?? promotion.name)}` : '-'),
      status?.autoPromotionEnabled
        ? Object.keys(status.effectiveAutoPromotionHolds ?? {}).length > 0
          ? 'held'
          : 'on'
        : 'off',
      humanAge(stage.metadata.creationTimestamp, nowMs),
    ]
  })
  return renderTable(stageColumns, cells, rendering, options)
}

const stateIcons: Readonly<Record<string, Icon>> = {
  Healthy: icons.ok,
  Successful: icons.ok,
  Unhealthy: icons.bad,
  Failed: icons.bad,
  Error: icons.warning,
  Aborted: icons.bad,
  Progressing: icons.progressing,
  Running: icons.progressing,
  Pending: icons.waiting,
  Inconclusive: icons.unknown,
  Unknown: icons.unknown,
}

function withIcon(state: string | undefined): Styled {
  if (!state) return '-'
  const icon = stateIcons[state]
  if (!icon) return safeText(state)
  return [{ text: icon, style: iconStyle(icon) }, { text: ` ${safeText(state)}` }]
}

import type { Block, BlockReason, Opening } from '../kargo/trace/block.ts'
import type { FreightTrace, StageState, StageTrace } from '../kargo/trace/trace.ts'
import { humanDuration, parseTime } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { artifactTexts } from './artifact-text.ts'
import { iconStyle } from './colors.ts'
import { wrapped } from './fields.ts'
import { type Icon, icons } from './icons.ts'
import { paint, type Style, type Styled, widthOf } from './style.ts'
import { type Rendering, renderTable } from './table.ts'

/** Every reason in a sentence; the word itself stands beside it. */
export const blockTitles: Readonly<Record<BlockReason, string>> = {
  'upstream-not-reached': 'nobody has promoted it here',
  'origin-not-requested': 'the Stage does not take Freight of this Warehouse',
  'no-sources': 'the Stage takes Freight from nowhere',
  'promotion-pending': 'its Promotion waits for its turn',
  'promotion-running': 'a Promotion is under way',
  'promotion-failed': 'the Promotion failed',
  'promotion-errored': 'the Promotion ended in an error',
  'promotion-aborted': 'the Promotion was aborted',
  'health-not-healthy': 'the Stage is not healthy, so nothing is verified in it',
  'verification-pending': 'its verification has not begun',
  'verification-running': 'its verification is under way',
  'verification-failed': 'its verification failed',
  'verification-error': 'its verification ended in an error',
  'verification-inconclusive': 'its verification was inconclusive',
  'verification-aborted': 'its verification was aborted',
  'superseded-before-verification': 'it was replaced before it was verified',
  soaking: 'it has not been here long enough',
  'superseded-while-soaking': 'it was replaced before it had been here long enough',
  'all-needs-more-upstreams': 'it has to be verified here as well',
  'control-flow-upstream': 'the Stage has no steps and passes Freight on by itself',
  'soak-all-list-bug': 'Kargo leaves it out of its own list, although it may be promoted',
  'stage-not-reconciled': 'the controller has not looked at the Stage since',
  'stage-not-found': 'there is no such Stage',
  'shard-dead': "no controller runs for the Stage's shard",
  'warehouse-missing': 'its Warehouse is gone',
  'auto-promotion-off': 'nothing is in the way, somebody has to promote it',
  'auto-promotion-held': 'auto-promotion is held',
  'auto-promotion-not-newest': 'auto-promotion prefers newer Freight',
  'auto-promotion-last-promotion-not-successful': 'auto-promotion does not try it a second time',
  'auto-promotion-match-upstream': 'auto-promotion follows another Stage',
  'already-in-stage': 'it is there',
}

const stateIcons: Readonly<Record<StageState, Icon>> = {
  current: icons.ok,
  verified: icons.neutral,
  available: icons.waiting,
  blocked: icons.bad,
  missing: icons.unknown,
}

/** A trace for people: the way with the state of each Stage, then the gate to open first, then what holds besides. */
export function renderFreightTrace(trace: FreightTrace, rendering: Rendering): string {
  const nowMs = parseTime(trace.time) ?? 0
  const page = new Page(rendering)
  const what = safeText(trace.alias ? `${trace.alias} (${trace.metadata.name.slice(0, 7)})` : trace.metadata.name)
  const icon = trace.isThere ? icons.ok : icons.bad
  const where = `${trace.isThere ? 'in' : 'not in'} ${safeText(trace.target)}`
  page.text(`Freight ${what} of project ${safeText(trace.metadata.namespace)} is ${where}`, [
    { text: icon, style: iconStyle(icon) },
    { text: ' ' },
  ])
  for (const text of artifactTexts(trace.artifacts)) page.text(safeText(text), '  ')
  page.line('')
  page.block(
    renderTable(
      [{ title: 'STAGE', cut: 'middle' }, { title: 'STATE' }, { title: 'FOR' }, { title: 'GATE', cut: 'end' }],
      trace.stages.map(each => stageRow(each, nowMs)),
      rendering,
    ),
  )
  if (trace.block) page.gate('First', trace.block, 'red', nowMs)
  for (const [index, block] of trace.also.entries()) page.gate(index === 0 ? 'Also' : '', block, 'yellow', nowMs)
  const target = trace.stages.find(each => each.name === trace.target)
  if (target && target.accepted !== target.listed) page.text(disagreement(target), '', 'yellow')
  if (!trace.isThere) page.text(earliest(trace, nowMs), '')
  for (const each of trace.notVisible)
    page.text(`Not visible: ${safeText(each.what)} (${each.why}): ${each.lacks}.`, '', 'yellow')
  return page.toString()
}

function stageRow(stage: StageTrace, nowMs: number): Styled[] {
  const icon = stateIcons[stage.state]
  const words = [stage.state, ...(stage.state === 'current' && stage.isVerified ? ['verified'] : [])]
  if (stage.isApproved) words.push('approved')
  if (stage.isControlFlow) words.push('no steps')
  const [first] = stage.blocks
  // What has passed a Stage is not held there any more, although it is not in it.
  const gate =
    first && stage.state !== 'verified'
      ? `${first.reason}${first.stage === stage.name ? '' : ` at ${first.stage}`}`
      : ''
  return [
    [{ text: icon, style: iconStyle(icon) }, { text: ` ${safeText(stage.name)}` }],
    words.join(', '),
    age(stage.since, nowMs),
    safeText(gate),
  ]
}

/** Kargo's two algorithms, where they differ. */
function disagreement({ name, accepted, listed }: StageTrace): string {
  const stage = safeText(name)
  if (typeof listed === 'object')
    return `Kargo cannot list what is available to ${stage} (${safeText(listed.error)}); a Promotion would ${accepted ? '' : 'not '}be accepted.`
  return listed
    ? `Kargo lists it as available to ${stage}, but would not accept a Promotion.`
    : `A Promotion to ${stage} would be accepted, but Kargo does not list it, so auto-promotion never takes it.`
}

function earliest({ notBefore, target, time }: FreightTrace, nowMs: number): string {
  const stage = safeText(target)
  if (notBefore === null) return `It cannot become available to ${stage} as things stand, except by approval.`
  const ms = (parseTime(notBefore) ?? nowMs) - nowMs
  if (notBefore === time || ms <= 0)
    return `Nothing but what is named here keeps it from ${stage}: no time has to pass.`
  return `Not available to ${stage} before ${notBefore} (in ${humanDuration(ms)}), even if everything else is done now.`
}

function age(since: string | null, nowMs: number): string {
  const at = parseTime(since ?? undefined)
  return at === undefined ? '' : humanDuration(Math.max(0, nowMs - at))
}

/** The name of Freight is a hash, of which the beginning is enough. */
function objectName({ kind, name }: { kind: string; name: string }): string {
  return safeText(kind === 'Freight' ? name.slice(0, 7) : name)
}

class Page {
  private readonly lines: string[] = []

  constructor(private readonly rendering: Rendering) {}

  gate(head: string, block: Block, style: Style, nowMs: number): void {
    if (head !== '') this.line([{ text: head, style }])
    this.text(`${safeText(block.stage)}: ${blockTitles[block.reason]}`, '  * ', 'bold')
    const since = block.since === null ? '' : `, for ${age(block.since, nowMs)} (since ${block.since})`
    this.text(`${block.reason}${since}`, '    ', 'dim')
    for (const { object, text } of block.evidence)
      this.text(`${object.kind.toLowerCase()} ${objectName(object)}: ${safeText(text)}`, '    - ')
    for (const each of block.opensWith) this.opening(each)
    this.line('')
  }

  opening({ command, text }: Opening): void {
    if (command === null) this.text(`${text[0]?.toUpperCase()}${safeText(text.slice(1))}.`, '    - ')
    else {
      this.line([{ text: `    kubectl canary ${command.map(safeText).join(' ')}`, style: 'bold' }])
      this.text(safeText(text), '        ')
    }
  }

  block(text: string): void {
    this.lines.push(text)
  }

  text(text: string, first: Styled, style?: Style): void {
    const { columns, color } = this.rendering
    const indent = widthOf(first)
    const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(20, columns - indent)
    const parts = Number.isFinite(width) ? wrapped(text, width) : [text]
    for (const [index, part] of parts.entries())
      this.lines.push((index === 0 ? paint(first, color) : ' '.repeat(indent)) + paint([{ text: part, style }], color))
  }

  line(styled: Styled): void {
    this.lines.push(paint(styled, this.rendering.color))
  }

  toString(): string {
    return `${this.lines.join('\n').trimEnd()}\n`
  }
}

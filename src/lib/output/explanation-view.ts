import type { EvidenceItem, Explanation, Finding, Opening } from '../rollouts/explain/explanation.ts'
import { humanDuration, parseTime } from '../values/human-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { iconStyle } from './colors.ts'
import { wrapped } from './fields.ts'
import { rolloutIcon } from './icons.ts'
import { paint, type Style, type Styled, widthOf } from './style.ts'
import type { Rendering } from './table.ts'

/**
 * An explanation for people, in the order in which somebody who is woken up needs it: what blocks now, what will block
 * next, what is worth knowing, how to go on, how to go back, and what could not be seen. Sentences wrap on a terminal;
 * commands and log lines never do, so that they can be copied.
 */
export function renderExplanation(explanation: Explanation, rendering: Rendering): string {
  const page = new Page(rendering)
  const nowMs = parseTime(explanation.time) ?? 0
  page.header(explanation)
  const sections: [string, Finding['blocks'], Style][] = [
    ['Blocks now', 'now', 'red'],
    ['Blocks next', 'next', 'yellow'],
    ['Worth knowing', null, 'blue'],
  ]
  for (const [title, blocks, style] of sections) {
    const findings = explanation.findings.filter(finding => finding.blocks === blocks)
    if (findings.length === 0) continue
    page.section(title, style)
    for (const finding of findings) page.finding(finding, nowMs, listedBelow(finding, explanation))
  }
  page.openings('Go on', explanation.goOn, explanation.metadata.namespace)
  page.openings('Go back', explanation.goBack, explanation.metadata.namespace)
  if (explanation.notVisible.length > 0) {
    page.section('Not visible', 'yellow')
    for (const each of explanation.notVisible) {
      page.text(`${safeText(each.what)} (${safeText(each.why)}): ${each.lacks}`, '  - ', '    ')
    }
  }
  return page.toString()
}

/**
 * What a finding opens with is shown with it only where `Go on` does not say it anyway. A command that only reads, and
 * that the user may not run, is of no use to anybody here; `Not visible` tells what is missed.
 */
function listedBelow(finding: Finding, explanation: Explanation): Opening[] {
  const said = new Set(explanation.goOn.map(opening => opening.command ?? opening.text))
  return finding.opensWith
    .filter(opening => opening.allowed !== false || opening.needs !== undefined)
    .filter(opening => !said.has(opening.command ?? opening.text))
}

class Page {
  readonly #lines: string[] = []
  readonly #rendering: Rendering

  constructor(rendering: Rendering) {
    this.#rendering = rendering
  }

  header({ metadata, phase, message, step }: Explanation): void {
    const icon = rolloutIcon(phase)
    const style = iconStyle(icon)
    // what follows the reason is told in full by the findings
    const reason = phase === 'Degraded' ? message.split(':')[0] : message
    const says = reason ? `: ${safeText(reason)}` : ''
    this.text(
      `rollout ${safeText(metadata.namespace)}/${safeText(metadata.name)} is ${safeText(phase)}${step === null ? '' : ` at step ${step}`}${says}`,
      [{ text: icon, style }, { text: ' ' }],
      '  ',
    )
  }

  section(title: string, style: Style): void {
    this.#lines.push('', this.#paint([{ text: title, style }]))
  }

  finding(finding: Finding, nowMs: number, openings: readonly Opening[]): void {
    this.text(finding.title, [{ text: '  * ' }], '    ', 'bold')
    const since = parseTime(finding.since ?? undefined)
    const ageMs = since === undefined ? undefined : nowMs - since
    this.line('    ', [
      {
        text: `${finding.rule}${ageMs === undefined || ageMs < 0 ? '' : `, for ${humanDuration(ageMs)} (since ${finding.since})`}`,
        style: 'dim',
      },
    ])
    for (const item of finding.evidence) this.#evidence(item, nowMs)
    for (const opening of openings) this.#opening(opening, '    ', '')
  }

  openings(title: string, openings: readonly Opening[], namespace: string): void {
    if (openings.length === 0) return
    this.section(title, 'green')
    for (const opening of openings) this.#opening(opening, '  ', namespace)
  }

  text(text: string, first: Styled, rest: string, style?: Style): void {
    const { columns } = this.#rendering
    const width = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(20, columns - widthOf(first))
    const lines = Number.isFinite(width) ? wrapped(text, width) : [text]
    for (const [index, each] of lines.entries()) {
      const lead = index === 0 ? this.#paint(first) : rest
      this.#lines.push(lead + this.#paint([{ text: each, style }]))
    }
  }

  line(indent: string, styled: Styled): void {
    this.#lines.push(indent + this.#paint(styled))
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`
  }

  #evidence(item: EvidenceItem, nowMs: number): void {
    const at = parseTime(item.time ?? undefined)
    const age = at === undefined || at > nowMs ? '' : ` (${humanDuration(nowMs - at)} ago)`
    const object = `${item.object.kind.toLowerCase()} ${safeText(item.object.name)}`
    this.text(`${object}: ${item.text}${age}`, '    - ', '      ')
    for (const each of item.lines ?? []) this.line('      | ', [{ text: safeText(each), style: 'dim' }])
  }

  /** A command stands on a line of its own; one that the user may not run is not offered, and that is said. */
  #opening(opening: Opening, indent: string, namespace: string): void {
    if (opening.command === null) {
      this.text(`${opening.text[0]?.toUpperCase()}${opening.text.slice(1)}.`, `${indent}- `, `${indent}  `)
      return
    }
    if (opening.allowed === false) {
      const needs = (opening.needs ?? []).join(', ')
      const where = namespace === '' ? '' : ` in namespace ${safeText(namespace)}`
      this.text(`Not for you (it needs ${needs}${where}): ${opening.text}.`, `${indent}- `, `${indent}  `)
      return
    }
    this.line(indent, [{ text: opening.command, style: 'bold' }])
    this.text(`${opening.text}`, `${indent}    `, `${indent}    `)
  }

  #paint(styled: Styled): string {
    return paint(styled, this.#rendering.color)
  }
}

import { Chalk, type ChalkInstance } from 'chalk'
import { type Cut, displayWidth, truncateToWidth } from '../values/display-width.ts'

/** Colours of upstream's plugin; `dim` is ours. */
export type Style = 'red' | 'green' | 'yellow' | 'blue' | 'dim' | 'bold'

// 16 colours, which every terminal has; whether there are any is decided by who paints
const chalk = new Chalk({ level: 1 })
const painters: Readonly<Record<Style, ChalkInstance>> = {
  red: chalk.red,
  green: chalk.green,
  yellow: chalk.yellow,
  blue: chalk.blueBright,
  dim: chalk.dim,
  bold: chalk.bold,
}

/** A piece of a line; its text is safe for a terminal (values/safe-text.ts) and holds no escape sequences. */
export interface Span {
  text: string
  style?: Style | undefined
}

export type Styled = string | Span | readonly Span[]

export function spansOf(styled: Styled): readonly Span[] {
  if (typeof styled === 'string') return [{ text: styled }]
  return 'text' in styled ? [styled] : styled
}

export function plainText(styled: Styled): string {
  return spansOf(styled)
    .map(span => span.text)
    .join('')
}

export function widthOf(styled: Styled): number {
  return displayWidth(plainText(styled))
}

/** As it is written; without colour the plain text. */
export function paint(styled: Styled, color: boolean): string {
  if (!color) return plainText(styled)
  return spansOf(styled)
    .map(({ text, style }) => (style ? painters[style](text) : text))
    .join('')
}

/** In at most `width` columns; the middle is cut out of a single span only, several are cut at the end. */
export function cut(styled: Styled, width: number, where: Cut): readonly Span[] {
  const spans = spansOf(styled)
  if (widthOf(styled) <= width) return spans
  const [only] = spans
  if (only && spans.length === 1) return [{ ...only, text: truncateToWidth(only.text, width, where) }]
  const kept: Span[] = []
  let left = width
  for (const [index, span] of spans.entries()) {
    const needed = displayWidth(span.text)
    const isLast = index === spans.length - 1
    // Room for the ellipsis is kept as long as something follows.
    if (needed <= left - (isLast ? 0 : 1)) {
      kept.push(span)
      left -= needed
      continue
    }
    const text = displayWidth(span.text) < left ? `${span.text}…` : truncateToWidth(`${span.text} `, left)
    kept.push({ ...span, text })
    break
  }
  return kept
}

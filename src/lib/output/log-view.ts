import type { LogLine } from '../rollouts/logs/log-entry.ts'
import { safeText } from '../values/safe-text.ts'
import { paint, type Style } from './style.ts'

const palette: readonly Style[] = ['green', 'yellow', 'blue', 'red']

/** A colour for each pod, in the order in which pods speak up, as stern does it. */
export class PodColors {
  readonly #styles = new Map<string, Style>()

  styleOf(pod: string): Style {
    const known = this.#styles.get(pod)
    if (known) return known
    const style = palette[this.#styles.size % palette.length] ?? 'blue'
    this.#styles.set(pod, style)
    return style
  }
}

/** `canary loans-api-7d4-x2x1z loans-api: GET /health 200` */
export function logLineText(
  line: LogLine,
  colors: PodColors,
  view: { color: boolean; prefix: boolean; timestamps: boolean },
): string {
  const time = view.timestamps && line.time !== undefined ? `${line.time} ` : ''
  if (!view.prefix) return `${time}${line.line}\n`
  const style = colors.styleOf(line.pod)
  const prefix = [
    { text: `${line.arm === 'other' ? 'old' : line.arm} ` },
    { text: safeText(line.pod), style },
    { text: ` ${safeText(line.container)}: `, style: 'dim' as const },
  ]
  return `${time}${paint(prefix, view.color)}${line.line}\n`
}

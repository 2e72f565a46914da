import { safeText } from '../../values/safe-text.ts'
import type { Json, JsonObject } from './pod-defaults.ts'
import type { TemplateChange } from './template-diff.ts'

const signs = { added: '+', removed: '-', changed: '~' } as const

/** One line of a diff, so that an output may colour it by its kind. */
export interface DiffLine {
  /** `heading` names the container, or the pod, that the lines below belong to */
  kind: TemplateChange['kind'] | 'heading'
  text: string
}

/**
 * The changes as lines, under one heading for each container and one for the pod: `~ image: web:1 -> web:2`,
 * `+ env[LOG_LEVEL]: debug`. Safe for a terminal.
 */
export function diffLines(changes: readonly TemplateChange[]): DiffLine[] {
  const lines: DiffLine[] = []
  let place: string | undefined
  for (const change of changes) {
    const here = change.container === undefined ? 'pod' : `${change.containerKind} ${safeText(change.container)}`
    if (here !== place) lines.push({ kind: 'heading', text: here })
    place = here
    lines.push({ kind: change.kind, text: `  ${signs[change.kind]} ${changeText(change)}` })
  }
  return lines
}

/** `image: web:1 -> web:2`, `env[LOG_LEVEL]: debug`; a container that is new or gone is named by its image. */
export function changeText({ path, from, to }: TemplateChange): string {
  if (path === '') return `whole container (${imageOf(to ?? from)})`
  const values = [from, to].filter(value => value !== undefined).map(valueText)
  return `${safeText(path)}: ${values.join(' -> ')}`
}

function imageOf(container: Json | undefined): string {
  const image = (container as JsonObject | undefined)?.image
  return typeof image === 'string' ? safeText(image) : 'no image'
}

/** Text as it is, everything else as JSON; long values are cut, since the JSON form of a diff has them whole. */
function valueText(value: Json): string {
  const text = safeText(typeof value === 'string' ? value : JSON.stringify(value))
  const shown = text === '' ? '""' : text
  return shown.length > 120 ? `${shown.slice(0, 117)}...` : shown
}

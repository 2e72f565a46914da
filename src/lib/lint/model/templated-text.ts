/** A `{{...}}` in a text, with its offsets (UTF-16, `end` exclusive). */
export interface Placeholder {
  start: number
  end: number
  /** between the braces, without space around it: `args.service-name` */
  tag: string
  /** `service-name`; undefined for what is no argument */
  argument: string | undefined
}

export interface Placeholders {
  list: Placeholder[]
  /** where a `{{` begins that nothing closes */
  unclosedAt?: number
}

/** The placeholders of a text as the controller finds them (argo-rollouts utils/template/template.go). */
export function placeholdersOf(text: string): Placeholders {
  const list: Placeholder[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf('{{', at)
    if (start < 0) return { list }
    const end = text.indexOf('}}', start + 2)
    if (end < 0) return { list, unclosedAt: start }
    const tag = text.slice(start + 2, end).trim()
    list.push({ start, end: end + 2, tag, argument: tag.startsWith('args.') ? tag.slice('args.'.length) : undefined })
    at = end + 2
  }
}

/** A text with something in place of its placeholders. */
export interface FilledText {
  text: string
  /** The offset in the template of an offset in the text; within a placeholder, where that begins. */
  toTemplate(offset: number): number
  /** whether an offset of the text lies in what stands for a placeholder */
  isFilledIn(offset: number): boolean
  /** whether nothing was put in at this offset */
  isGap(offset: number): boolean
}

export function fill(template: string, list: readonly Placeholder[], values: readonly string[]): FilledText {
  let text = ''
  let at = 0
  const pieces: { start: number; end: number; templateStart: number; templateEnd: number }[] = []
  for (const [index, placeholder] of list.entries()) {
    text += template.slice(at, placeholder.start)
    const start = text.length
    text += values[index] ?? ''
    pieces.push({ start, end: text.length, templateStart: placeholder.start, templateEnd: placeholder.end })
    at = placeholder.end
  }
  text += template.slice(at)
  return {
    text,
    toTemplate(offset) {
      let shift = 0
      for (const { start, end, templateStart, templateEnd } of pieces) {
        if (offset < start) break
        if (offset < end) return templateStart
        shift = templateEnd - end
      }
      return offset + shift
    },
    isGap: offset => pieces.some(({ start, end }) => start === end && offset === start),
    isFilledIn: offset => pieces.some(({ start, end }) => offset >= start && offset < end),
  }
}

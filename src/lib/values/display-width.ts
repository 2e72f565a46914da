/** Columns that text takes in a terminal, and cutting to a number of them. */

// Everything in here is one column wide; the symbols that our tables use are among them, so that they stay on this path.
const oneColumnEach =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0391-\u0451\u0965\u2013-\u2022\u2026\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u26a0\u2714\u2716\u27f3\u29c9]*$/
// East Asian Wide and Fullwidth (Unicode UAX #11), by block.
const wide =
  /^(?:[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}])/u
const emoji = /^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f|^\p{Regional_Indicator}\p{Regional_Indicator}/u
const invisible = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff]+$/u

let segmenter: Intl.Segmenter | undefined

/** User-perceived characters, with their widths (0, 1 or 2 columns). */
function* clusters(text: string): Generator<{ text: string; width: number }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield { text: segment, width: clusterWidth(segment) }
}

function clusterWidth(cluster: string): number {
  if (invisible.test(cluster)) return 0
  return wide.test(cluster) || emoji.test(cluster) ? 2 : 1
}

/** Columns of `text`, which must be one line without escape sequences (values/safe-text.ts). */
export function displayWidth(text: string): number {
  if (oneColumnEach.test(text)) return text.length
  let width = 0
  for (const cluster of clusters(text)) width += cluster.width
  return width
}

/** Where text gives way. */
export type Cut = 'start' | 'middle' | 'end'

/** `text` with spaces after it up to `width` columns; longer text stays as it is. */
export function padToWidth(text: string, width: number): string {
  const missing = width - displayWidth(text)
  return missing > 0 ? text + ' '.repeat(missing) : text
}

/**
 * `text` in at most `width` columns, with `…` in place of what was cut: at the end, in the middle (names whose start and
 * end both tell), or at the start (images, whose tag tells). Never splits a character; a width below 1 gives the empty
 * string.
 */
export function truncateToWidth(text: string, width: number, where: Cut = 'end'): string {
  if (displayWidth(text) <= width) return text
  if (width < 1) return ''
  const room = width - 1
  const tailRoom = where === 'start' ? room : where === 'middle' ? Math.floor(room / 2) : 0
  const parts = [...clusters(text)]
  let head = ''
  for (let left = room - tailRoom, at = 0; ; at++) {
    const part = parts[at]
    if (!part || part.width > left) break
    head += part.text
    left -= part.width
  }
  let tail = ''
  for (let left = tailRoom, at = parts.length - 1; ; at--) {
    const part = parts[at]
    if (!part || part.width > left) break
    tail = part.text + tail
    left -= part.width
  }
  return `${head}…${tail}`
}

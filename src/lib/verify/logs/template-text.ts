const mostText = 400

/** 64 bits of the words (FNV-1a, two of 32 bits), as 16 hexadecimal digits: what a feedback file names a template by. */
export function templateHash(words: readonly string[]): string {
  const text = words.join(' ')
  let [low, high] = [0x811c9dc5, 0xcbf29ce4]
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    low = Math.imul(low ^ (code & 0xff), 0x01000193) ^ (code >> 8)
    high = Math.imul(high ^ code ^ (at & 0xff), 0x01000193)
  }
  return [high, low].map(each => (each >>> 0).toString(16).padStart(8, '0')).join('')
}

/**
 * The line that a template was first seen in, with `<*>` for what varies. A variable that only later lines had is shown
 * where it is.
 */
export function templateText(words: readonly string[], glue: readonly string[], gaps: readonly boolean[]): string {
  let text = ''
  for (let at = 0; at <= words.length; at++) {
    const between = glue[at] ?? (at === 0 || at === words.length ? '' : ' ')
    text += gaps[at] && !between.includes('<*>') ? `${between}<*>${at < words.length ? ' ' : ''}` : between
    text += words[at] ?? ''
  }
  const clean = text
    .replace(/\s+/g, ' ')
    .replace(/<\*>(?:[ ,]*<\*>)+/g, '<*>')
    .trim()
  return clean.length > mostText ? `${clean.slice(0, mostText)}…` : clean
}

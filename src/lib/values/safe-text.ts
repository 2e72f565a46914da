/**
 * Text that came from a cluster (messages, logs, annotations, names) may hold anything, and a terminal obeys some of
 * it. What is taken out: ANSI and OSC escape sequences, C0 and C1 control characters, bidirectional overrides and
 * isolates, and invisible characters that only serve to hide text.
 */

// A string sequence (OSC, DCS, SOS, PM, APC) ends at BEL or ST; one that never ends loses its introducer only, since
// swallowing the rest would hide the message. The body excludes ESC, so matching stays linear.
const stringSequence = /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)/g
const controlSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]/g
const shortSequence = /\x1b[ -/]*[0-~]/g
const lineBreaks = /[\t\v\f]|\r\n?|[\n\x85\u2028\u2029]/g
const controls = /[\x00-\x1f\x7f-\x9f]/g
const controlsButLineFeed = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g
const hidden =
  /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu
const loneSurrogates = /\p{Surrogate}/gu
const plain = /^[\x20-\x7e]*$/

function withoutSequences(text: string): string {
  return text
    .replace(stringSequence, '')
    .replace(controlSequence, '')
    .replace(shortSequence, '')
    .replace(hidden, '')
    .replace(loneSurrogates, '\ufffd')
}

/** `text` on one line that a terminal shows as it is: line breaks and tabs become one space each run. */
export function safeText(text: string): string {
  if (plain.test(text)) return text
  return withoutSequences(text)
    .replace(lineBreaks, '\n')
    .replace(/ *\n[ \n]*/g, ' ')
    .replace(controls, '')
    .trim()
}

/** As {@link safeText}, but keeps line feeds (any line break becomes one) and turns tabs into two spaces. */
export function safeLines(text: string): string {
  if (plain.test(text)) return text
  return withoutSequences(text).replace(/\t/g, '  ').replace(lineBreaks, '\n').replace(controlsButLineFeed, '')
}

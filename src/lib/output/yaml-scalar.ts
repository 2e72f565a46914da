/**
 * How go-yaml v2 writes strings, which is what kubectl shows: plain where a YAML 1.1 reader takes it for a string,
 * double quotes where it would be something else (`"true"`, `"1e3"`, `"2026-01-02"`), single quotes where an indicator is
 * in the way, a literal block for several lines. Follows go-yaml v2 resolve.go, encode.go and emitterc.go.
 */
export function yamlString(text: string, place: ScalarPlace): string {
  const block = text.includes('\n') ? literalBlock(text, place.indent) : undefined
  if (block !== undefined) return block
  const style = isQuotedAnyway(text) ? doubleQuotes : isPlain(text) ? plain : singleQuotes
  return `${style.quote}${folded(text, place, style)}${style.quote}`
}

/** Where a scalar begins: what its further lines are indented with, and the column of its first letter. */
export interface ScalarPlace {
  indent: string
  column: number
}

/** The same on one line, as keys need it. */
export function yamlKey(text: string): string {
  return yamlString(text, { indent: '', column: Number.NEGATIVE_INFINITY })
}

const isQuotedAnyway = (text: string): boolean => isAmbiguous(text) || text.includes('\n') || hasSpecialCharacters(text)

interface ScalarStyle {
  quote: string
  written(letter: string): string
  /** whether a line may end before the first of several spaces, which need an escape then */
  breaksBeforeSpaces: boolean
}

const plain: ScalarStyle = { quote: '', written: letter => letter, breaksBeforeSpaces: false }
const singleQuotes: ScalarStyle = {
  quote: "'",
  written: letter => (letter === "'" ? "''" : letter),
  breaksBeforeSpaces: false,
}
const doubleQuotes: ScalarStyle = { quote: '"', written: doubleQuotedLetter, breaksBeforeSpaces: true }

const lineWidth = 80

/** Breaks the line at the first space behind column 80, as kubectl does; never at the first or last letter. */
function folded(text: string, place: ScalarPlace, style: ScalarStyle): string {
  const letters = [...text]
  let column = place.column + style.quote.length
  if (column + letters.length <= lineWidth) return letters.map(style.written).join('')
  let result = ''
  letters.forEach((letter, index) => {
    const isFirstSpace = letter === ' ' && letters[index - 1] !== ' ' && index > 0 && index < letters.length - 1
    const isBeforeSpace = letters[index + 1] === ' '
    if (isFirstSpace && column > lineWidth && (style.breaksBeforeSpaces || !isBeforeSpace)) {
      result += `\n${place.indent}${isBeforeSpace ? '\\' : ''}`
      column = place.indent.length
      return
    }
    const written = style.written(letter)
    result += written
    column += [...written].length
  })
  return result
}

/** A number as go-yaml writes it after decoding JSON: whole ones as integers as far as 64 bits go. */
export function yamlNumber(value: number): string {
  if (Number.isInteger(value) && value < 2 ** 64 && value > -(2 ** 63)) return String(value)
  const [mantissa = '', exponent = ''] = value.toExponential().split('e')
  // strconv.FormatFloat 'g' at its shortest: an exponent below 1e-4 and from 1e6 on
  if (Number(exponent) >= -4 && Number(exponent) < 6) return String(value)
  return `${mantissa}e${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`
}

const words = new Set(
  ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off', 'null', '.nan', '.inf', '+.inf', '-.inf'].flatMap(word => [
    word,
    word.toUpperCase(),
    word.replace(/[a-z]/, letter => letter.toUpperCase()),
  ]),
)
  .add('~')
  .add('')
  .add('.NaN')

const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/

/** Whether a YAML 1.1 reader would take the bare text for a boolean, number, null or time. */
export function isAmbiguous(text: string): boolean {
  if (words.has(text)) return true
  if (!/^[-+.\d]/.test(text)) return false
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '')
  return base60.test(text) || isNumeric(digits) || isTimestamp(text)
}

/** Whether go-yaml reads the text, without its underscores, as a number. */
export function isNumeric(text: string): boolean {
  return isInteger(text) || (float.test(text) && Number.isFinite(Number(text)))
}

/** strconv.ParseInt with base 0, for 64 bits signed or unsigned. */
function isInteger(text: string): boolean {
  const match = /^([-+]?)(?:(0[xX])([\da-fA-F]+)|(0[oO]?)([0-7]+)|(0[bB])([01]+)|(0|[1-9]\d*))$/.exec(text)
  if (match === null) return false
  const [, sign = '', hexPrefix, hex = '', octalPrefix, octal = '', binaryPrefix, binary = '', decimal = ''] = match
  const value = BigInt(
    hexPrefix ? `0x${hex}` : octalPrefix !== undefined ? `0o${octal}` : binaryPrefix ? `0b${binary}` : decimal,
  )
  return sign === '' ? value < 2n ** 64n : value <= 2n ** 63n - (sign === '+' ? 1n : 0n)
}

/** The formats that go-yaml tries with time.Parse; a day that the month does not have is no time. */
function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/.exec(
      text,
    )
  if (match === null) return false
  const [year = 0, month = 0, day = 0, ...clock] = match.slice(1).map(each => (each === undefined ? 0 : Number(each)))
  const [hour = 0, minute = 0, second = 0, zoneHour = 0, zoneMinute = 0, ...other] = clock
  const [otherHour = 0, otherMinute = 0, otherSecond = 0] = other
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const daysInMonth = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    Math.max(hour, otherHour) < 24 &&
    Math.max(minute, otherMinute) < 60 &&
    Math.max(second, otherSecond) < 60 &&
    zoneHour <= 24 &&
    zoneMinute < 60
  )
}

/** emitterc.go yaml_emitter_analyze_scalar: whether the text may stand without quotes in a block. */
function isPlain(text: string): boolean {
  if (/^(---|\.\.\.)/.test(text) || /^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-]( |$)/.test(text)) return false
  return !/:( |$)| #|^ | $/.test(text)
}

/** Not printable to go-yaml, or a line end of Unicode's: only double quotes keep them. */
function hasSpecialCharacters(text: string): boolean {
  return /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)
}

/** A literal block, or undefined where its rules would lose something: unprintable letters, spaces before a line end. */
function literalBlock(text: string, indent: string): string | undefined {
  if (hasSpecialCharacters(text) || / \n| $/.test(text)) return undefined
  const indentHint = /^[ \n]/.test(text) ? '2' : ''
  const chomping = !text.endsWith('\n') ? '-' : /(^|\n)\n$/.test(text) ? '+' : ''
  const lines = text.replace(/\n$/, '').split('\n')
  return `|${indentHint}${chomping}\n${lines.map(line => (line === '' ? '' : indent + line)).join('\n')}`
}

const escapes: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\u2028': 'L',
  '\u2029': 'P',
}

function doubleQuotedLetter(letter: string): string {
  const short = escapes[letter]
  if (short !== undefined) return `\\${short}`
  return hasSpecialCharacters(letter) ? hexEscape(letter.codePointAt(0) ?? 0) : letter
}

function hexEscape(codePoint: number): string {
  const hex = codePoint.toString(16).toUpperCase()
  if (codePoint <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return codePoint <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

import { namedThings } from './word-kinds.ts'

/** Stands for something that varies from line to line; no log has a reason to hold it. */
export const variable = '\u0001'
/** Separates like a space and is not shown: put around a variable, so that words beside it are words. */
export const softSpace = '\u0002'

interface Mask {
  pattern: RegExp
  /** what every match has in it: most lines are spared most patterns by looking for that first */
  needs?: string
  needsDigit?: boolean
}

const hex = '[0-9a-fA-F]'
const weekday = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?'
const month =
  '(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)'
const zone = '(?:UTC|GMT|BST|IST|JST|KST|MSK|[PMCE][SD]T|[CEW]ES?T|AE[SD]T)'
const topLevel = '(?:com|net|org|edu|gov|mil|int|io|dev|cloud|local|internal|lan|localdomain|[a-z]{2})'
const unit = '(?:bytes?|[KMGTkmgt]i?[Bb]|B|ms|us|ns|s|secs?|seconds?|mins?|minutes?|hours?|days?|%)'

const wordDate =
  `\\b(?:${weekday},?\\s+)?(?:${month}\\.?\\s+\\d{1,2}\\b|\\d{1,2}[ /-]${month}\\b|${month} \\d{4}\\b)` +
  '(?:[,\\s/-]+\\d{4}\\b)?(?:[\\s:,]+\\d{1,2}:\\d\\d(?::\\d\\d)?(?:\\.\\d+)?)?' +
  `(?:\\s+(?:[AaPp][Mm]|${zone}|[+-]\\d{4})\\b)*(?:\\s+\\d{4}\\b)?`

/**
 * What varies in the logs of any system, in the order in which it is replaced: times before numbers, addresses before
 * their parts (reference: log-miner, step 1). Names of months and days are whole words, so that "Marked 3" is no date.
 */
const masks: readonly Mask[] = [
  // names of things are as long as people make them: user "Jane Doe", pod "web-1"
  { pattern: new RegExp(`(?<=\\b(?:${namedThings.join('|')})(?:=|:|: | ))"[^"]{1,80}"`, 'gi'), needs: '"' },
  { pattern: new RegExp(`(?<=\\b(?:${namedThings.join('|')})(?:=|:|: | ))'[^']{1,80}'`, 'gi'), needs: "'" },
  { pattern: new RegExp(`\\b${hex}{8}-${hex}{4}-${hex}{4}-${hex}{4}-${hex}{12}\\b`, 'g'), needs: '-' },
  {
    pattern: /\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T _]\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:Z|\s?[+-]\d\d:?\d\d)?)?/g,
    needsDigit: true,
  },
  { pattern: new RegExp(wordDate, 'g'), needsDigit: true },
  { pattern: /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g, needs: '@' },
  { pattern: /\b[a-zA-Z][\w+.-]*:\/\/[^\s,;"'<>()\]\u0001\u0002]+/g, needs: '://' },
  { pattern: new RegExp(`\\b${hex}{2}(?:[:-]${hex}{2}){3,}\\b`, 'g') },
  {
    pattern: new RegExp(`(?<![\\w:])(?:${hex}{1,4}:){2,7}(?::|${hex}{1,4})(?::${hex}{1,4})*(?![\\w:])`, 'g'),
    needs: ':',
  },
  {
    pattern: new RegExp(
      `(?<![\\w.$/-])[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*\\.${topLevel}(?::\\d+)?(?![\\w.$-]*[\\w$-])`,
      'g',
    ),
    needs: '.',
  },
  { pattern: /(?<![\w.])\/?(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?(?!\w)/g, needs: '.', needsDigit: true },
  {
    pattern:
      /(?<![\w.\-\u0001])(?:[A-Za-z]:|~|\.{1,2})?[/\\][\w.@$+\-~%#*:/\\]*[\w*$/\\](?:\?[^\s,;"'<>()\]\u0001\u0002]+)?/g,
  },
  { pattern: /(?<![\w.\-\u0001/])[\w.@+-]+(?:\/[\w.@+-]+){2,}\/?(?:\?[^\s,;"'<>()\]\u0001\u0002]+)?/g, needs: '/' },
  { pattern: /(?<![\w.$/-])[a-z0-9_-]+(?:\.[a-z0-9_-]+){2,}(?::\d+)?(?![\w$-])/g, needs: '.' },
  { pattern: /\b\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?(?:\s?[AaPp][Mm])?\b/g, needs: ':', needsDigit: true },
  { pattern: new RegExp(`\\b0[xX]${hex}+\\b`, 'g'), needs: '0' },
  { pattern: /\b(?=[0-9a-f]*\d)(?=[0-9]*[a-f])[0-9a-f]{6,}\b/g, needsDigit: true },
  { pattern: new RegExp(`(?<![\\w.\\-])[-+]?\\d+(?:[.,]\\d+)*\\s?${unit}(?!\\w)`, 'g'), needsDigit: true },
  { pattern: /(?<![\w.-])[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)/g, needs: ',', needsDigit: true },
]

const colours = /\u001b\[[0-9;]*[A-Za-z]/g
const dots = /\.{2,}/g
const digit = /\d/
const replacement = `${softSpace}${variable}${softSpace}`

/** The line with what is variable in any system's logs replaced. */
export function masked(line: string): string {
  let text = line
  if (text.includes('\u001b')) text = text.replace(colours, '')
  if (text.includes('..')) text = text.replace(dots, ' ')
  // the text of a template, given back
  if (text.includes('<*>')) text = text.replaceAll('<*>', replacement)
  const hasDigit = digit.test(text)
  for (const { pattern, needs, needsDigit } of masks) {
    if (needsDigit && !hasDigit) continue
    if (needs !== undefined && !text.includes(needs)) continue
    text = text.replace(pattern, replacement)
  }
  return text
}

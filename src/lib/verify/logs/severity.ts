/** How bad a line says that it is. */
export type Severity = 'debug' | 'info' | 'warning' | 'error' | 'fatal'

export const severities: readonly Severity[] = ['debug', 'info', 'warning', 'error', 'fatal']

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(least)

const words: Readonly<Record<string, Severity>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warning',
  warning: 'warning',
  err: 'error',
  error: 'error',
  severe: 'error',
  alert: 'fatal',
  crit: 'fatal',
  critical: 'fatal',
  emerg: 'fatal',
  emergency: 'fatal',
  fatal: 'fatal',
  panic: 'fatal',
}
const levelWord = Object.keys(words).join('|')
const klog: Readonly<Record<string, Severity>> = { I: 'info', W: 'warning', E: 'error', F: 'fatal' }

const klogLine = /^([IWEF])\d{4} \d\d:\d\d/
const labelled = new RegExp(`\\b(?:level|lvl|severity|levelname|loglevel)["']?\\s*[=:]\\s*["']?(${levelWord})\\b`, 'i')
const bracketed = new RegExp(`[[<(|]\\s*(${levelWord})\\s*[\\]>)|]`, 'i')
const capital = new RegExp(`(?<![\\w-])(${levelWord.toUpperCase()})(?![\\w-])`)
const leading = new RegExp(`^(${levelWord})\\b\\s*:`, 'i')
const crash = /^panic: |^fatal error: |\bsegmentation fault\b|\bOutOfMemoryError\b|\bSIG(?:SEGV|ABRT|BUS)\b/
const exception = /\bException\b|[a-z]Exception\b|^Traceback \(most recent|^\w*Error: |^Unhandled\b|^Uncaught\b/

/** Where a line says its level, it is near the beginning. */
const headLength = 256

/**
 * The level that a line states, in the ways that loggers have: JSON and logfmt fields, klog's letter, a word in brackets or
 * capitals, the first one of several. Without one it is an error if it is the first line of a crash or names an exception.
 */
export function severityOf(line: string): Severity {
  const stated = line.startsWith('{') ? jsonLevel(line) : undefined
  if (stated) return stated
  const head = line.length > headLength ? line.slice(0, headLength) : line
  const letter = klogLine.exec(head)?.[1]
  if (letter !== undefined) return klog[letter] as Severity
  if (crash.test(head)) return 'fatal'
  for (const pattern of [labelled, leading, bracketed, capital]) {
    const word = pattern.exec(head)?.[1]
    if (word !== undefined) return words[word.toLowerCase()] as Severity
  }
  return exception.test(head) ? 'error' : 'info'
}

/** Numbers are those of pino and bunyan: 10 to 60. */
export function severityFromLevel(level: unknown): Severity | undefined {
  if (typeof level === 'string')
    return Object.hasOwn(words, level.toLowerCase()) ? words[level.toLowerCase()] : undefined
  if (typeof level !== 'number' || level < 10) return undefined
  if (level >= 60) return 'fatal'
  if (level >= 50) return 'error'
  if (level >= 40) return 'warning'
  return level >= 30 ? 'info' : 'debug'
}

const jsonLevelField = /"(?:level|severity|lvl|levelname|log\.level)"\s*:\s*(?:"(\w+)"|(\d+))/i

function jsonLevel(line: string): Severity | undefined {
  const match = jsonLevelField.exec(line)
  return severityFromLevel(match?.[1] ?? (match?.[2] === undefined ? undefined : Number(match[2])))
}

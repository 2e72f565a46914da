import { decodeJson } from '../expr/go/json-decode.ts'
import { goQuote } from '../expr/go/quote.ts'
import { Problem } from '../expr/problem.ts'
import type { AnalysisMetric } from '../rollouts/rollout.ts'
import type { Argument } from './analysis.ts'
import { AnalysisError } from './analysis-error.ts'
import { metricJson, verboseMetricJson } from './metric-json.ts'

const open = '{{'
const close = '}}'

/** A template's metric never changes, and is resolved again and again. */
const templates = new WeakMap<AnalysisMetric, string>()

/**
 * The metric with `{{args.NAME}}` replaced everywhere: the whole metric is written as JSON, replaced as text and read
 * again, as the controller does (argo-rollouts utils/template/template.go, ResolveMetricArgs). So a value can stand in
 * any field, and a control character in a value makes JSON that cannot be read.
 *
 * @throws AnalysisError for an argument without a value, an unknown placeholder, an unclosed one, unreadable JSON
 */
export function resolveMetric(metric: AnalysisMetric, args: readonly Argument[]): AnalysisMetric {
  let template = templates.get(metric)
  if (template === undefined) {
    template = metricJson(metric)
    templates.set(metric, template)
  }
  if (!template.includes(open)) {
    argumentValues(args)
    return JSON.parse(template)
  }
  return readMetric(resolveArguments(template, args, () => verboseMetricJson(metric)))
}

/**
 * Replaces the placeholders of a serialised object.
 *
 * @param quoted the text that a message about a placeholder quotes from; default: `template`
 * @throws AnalysisError as {@link resolveMetric}
 */
export function resolveArguments(template: string, args: readonly Argument[], quoted = () => template): string {
  const parts = split(template)
  if (parts === undefined) throw unclosed(quoted())
  const values = argumentValues(args)
  let isComplete = true
  const text = parts.map((part, index) => {
    if (index % 2 === 0) return part
    const value = values.get(trimGoSpace(part))
    if (value === undefined) isComplete = false
    return value === undefined ? '' : goQuote(value).slice(1, -1)
  })
  if (isComplete) return text.join('')
  // The last unknown one is named.
  const unknown = split(quoted())?.filter((part, index) => index % 2 === 1 && !values.has(trimGoSpace(part)))
  throw new AnalysisError(`failed to resolve {{${unknown?.at(-1) ?? ''}}}`)
}

/** Text and placeholders in turn, or undefined when one is not closed. */
function split(template: string): string[] | undefined {
  const parts: string[] = []
  let at = 0
  for (;;) {
    const start = template.indexOf(open, at)
    if (start < 0) return [...parts, template.slice(at)]
    const end = template.indexOf(close, start + open.length)
    if (end < 0) return undefined
    parts.push(template.slice(at, start), template.slice(start + open.length, end))
    at = end + close.length
  }
}

function unclosed(template: string): AnalysisError {
  const closed = template.lastIndexOf(close)
  const start = template.indexOf(open, closed < 0 ? 0 : closed + close.length)
  const rest = template.slice(start + open.length)
  return new AnalysisError(
    `Cannot find end tag="}}" in the template=${goQuote(template)} starting from ${goQuote(rest)}`,
  )
}

/** Every argument must have a value, whether it is used or not. Of equal names the last one counts. */
function argumentValues(args: readonly Argument[]): Map<string, string> {
  const values = new Map<string, string>()
  for (const { name, value } of args) {
    if (value === undefined || value === null) throw new AnalysisError(`argument "${name}" was not supplied`)
    values.set(`args.${name}`, value)
  }
  return values
}

/** Go's strings.TrimSpace, which leaves U+FEFF and takes U+0085. */
const trimGoSpace = (text: string) =>
  text.replace(/^[\t-\r \x85\xa0\p{Zs}\u2028\u2029]+|[\t-\r \x85\xa0\p{Zs}\u2028\u2029]+$/gu, '')

function readMetric(text: string): AnalysisMetric {
  try {
    return JSON.parse(text)
  } catch {
    throw new AnalysisError(jsonComplaint(text))
  }
}

function jsonComplaint(text: string): string {
  try {
    decodeJson(text)
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
  return 'invalid JSON'
}

import { isTimeless } from '../analysis/run/plan-run.ts'
import type { AnalysisPlan } from '../events/event.ts'
import { shortGoDuration } from '../values/go-duration.ts'
import { safeText } from '../values/safe-text.ts'

/** Names that are listed before it is only said how many there are. */
const namedAtMost = 4

/**
 * The first line of a run: what is measured, as which controller, when it ends at the latest, and how it would be faster.
 */
export function analysisHead(plan: AnalysisPlan): string {
  const what = `${metricsText(plan)} of ${safeText(plan.source)}`
  const as = `as Argo Rollouts ${plan.controllerVersion}`
  const startsAt = seconds(Date.parse(plan.startsAt))
  switch (plan.mode) {
    case 'dry-run':
      return `Dry run: ${what}, ${as} would measure; nothing is asked. ${lengthText(plan)}`
    case 'once':
      return `Asking for ${what} once, ${as} evaluates the answers.`
    case 'replay':
      return `Replaying ${what} from ${startsAt} on, ${as} would have measured. ${lengthText(plan)}`
    case 'live':
      return `Measuring ${what}, ${as} does. ${lengthText(plan)}${fasterText(plan)}`
  }
}

function metricsText({ metrics }: AnalysisPlan): string {
  const names = metrics.map(metric => safeText(metric.name))
  if (names.length > namedAtMost) return `${names.length} metrics`
  const last = names.at(-1) ?? 'nothing'
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

function lengthText(plan: AnalysisPlan): string {
  const { startsAt, longestMs, errorsMs = 0, endless, unbounded, maxDurationMs, mode } = plan
  const verb = mode === 'replay' ? 'Ended' : 'Ends'
  const parts: string[] = []
  if (longestMs !== undefined) {
    const end =
      longestMs === 0
        ? 'with the first answers'
        : `by ${seconds(Date.parse(startsAt) + longestMs)} (${shortGoDuration(longestMs)})`
    parts.push(
      `${verb} ${end} at the latest${errorsMs > 0 ? `, up to ${shortGoDuration(errorsMs)} later with errors` : ''}`,
    )
  }
  const isStoppable = mode === 'live' || mode === 'dry-run'
  if (endless.length > 0) {
    const how = maxDurationMs !== undefined ? '' : isStoppable ? ': it needs Ctrl-C or --max-duration' : ''
    parts.push(`${endless.map(safeText).join(', ')} never ends by itself${how}`)
  }
  if (unbounded.length > 0) parts.push(`${unbounded.map(safeText).join(', ')} takes as long as what it starts`)
  if (maxDurationMs !== undefined) parts.push(`stopped after ${shortGoDuration(maxDurationMs)}`)
  return `${parts.join('; ')}.`
}

/** Nothing is faster than one measurement. */
function fasterText({ longestMs, endless, unbounded, metrics }: AnalysisPlan): string {
  if (longestMs === 0) return ''
  const canReplay = unbounded.length === 0 && metrics.every(metric => !isTimeless(metric.provider))
  const replay = longestMs === undefined ? '-30m' : `-${shortGoDuration(longestMs)}`
  const modes = [...(canReplay || endless.length > 0 ? [`--at ${replay} (on history)`] : []), '--once', '--dry-run']
  return ` Faster: ${modes.join(', ')}.`
}

const seconds = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

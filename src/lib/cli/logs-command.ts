import type { Context } from '../context/context.ts'
import { rollouts } from '../kube/resource-types.ts'
import { logLineText, PodColors } from '../output/log-view.ts'
import { parseOutputFormat } from '../output/output-format.ts'
import type { LogOptions } from '../rollouts/logs/log-entry.ts'
import { rolloutLogs } from '../rollouts/logs/rollout-logs.ts'
import { type Outcome, usage } from '../values/failure.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import { givenNames } from './names.ts'

export interface LogsInput {
  output?: string | undefined
  canary?: boolean
  stable?: boolean
  all?: boolean
  follow?: boolean
  since?: string | undefined
  'since-time'?: string | undefined
  tail?: number | undefined
  grep?: string | undefined
  previous?: boolean
  container?: string | undefined
  timestamps?: boolean
  prefix?: boolean
}

/** `rollout logs`: lines on stdout, what else is to be said on stderr. */
export async function runLogs(name: string | undefined, flags: LogsInput, context: Context): Promise<Outcome> {
  const format = parseOutputFormat(flags.output, ['table', 'ndjson'])
  const options = logOptions(flags)
  const [rollout = ''] = givenNames(name === undefined ? [] : [name], rollouts)
  const { stdout, stderr } = context
  const colors = new PodColors()
  const view = { color: stdout.hasColor, prefix: flags.prefix ?? true, timestamps: flags.timestamps ?? false }
  for await (const entry of rolloutLogs({ name: rollout }, options, context)) {
    if (stdout.isClosed) break
    if (entry.kind === 'note') stderr.write(`${entry.message}\n`)
    else if (format.name === 'ndjson') {
      const { kind: _kind, ...line } = entry
      stdout.write(`${JSON.stringify(line)}\n`)
    } else stdout.write(logLineText(entry, colors, view))
  }
  return 'done'
}

function logOptions(flags: LogsInput): LogOptions {
  const arms = (['canary', 'stable', 'all'] as const).filter(arm => flags[arm])
  if (arms.length > 1) {
    throw usage(`--${arms[0]} and --${arms[1]} contradict each other`, { reason: 'InvalidFlag' })
  }
  if (flags.since !== undefined && flags['since-time'] !== undefined) {
    throw usage('--since and --since-time contradict each other', { reason: 'InvalidFlag' })
  }
  if (flags.follow && flags.previous) {
    throw usage('--follow and --previous contradict each other: what has ended gets no new lines', {
      reason: 'InvalidFlag',
    })
  }
  const { tail } = flags
  return {
    arm: arms[0] ?? 'all',
    follow: flags.follow ?? false,
    previous: flags.previous ?? false,
    ...(flags.since !== undefined && { sinceSeconds: sinceSeconds(flags.since) }),
    ...(flags['since-time'] !== undefined && { sinceTime: sinceTime(flags['since-time']) }),
    ...(tail !== undefined && tail >= 0 && { tailLines: tail }),
    ...(flags.grep !== undefined && { grep: pattern(flags.grep) }),
    ...(flags.container !== undefined && { container: flags.container }),
  }
}

function sinceSeconds(text: string): number {
  const ms = parseGoDuration(text)
  if (ms <= 0) throw usage(`--since must be more than 0: ${text}`, { reason: 'InvalidFlag' })
  // the server takes whole seconds; more is better than less
  return Math.ceil(ms / 1000)
}

function sinceTime(text: string): string {
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text))) {
    throw usage(`--since-time ${JSON.stringify(text)} is no RFC 3339 time`, {
      reason: 'InvalidFlag',
      hints: ['for example: 2026-11-24T12:00:00Z'],
    })
  }
  return text
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch (error) {
    throw usage(`--grep: ${error instanceof Error ? error.message : String(error)}`, { reason: 'InvalidFlag' })
  }
}

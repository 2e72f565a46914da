import { paint } from '../output/style.ts'
import { Failure } from '../values/failure.ts'

/**
 * Turns whatever a command threw into a Failure. oclif's own parse errors become usage failures; anything unknown is
 * our bug, and is named as one.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error
  if (error instanceof Error) {
    if (isParseError(error)) return new Failure('usage', firstParagraph(error.message))
    if (error.name === 'AbortError') return new Failure('interrupted', 'interrupted', { cause: error })
    return new Failure('error', `internal error: ${error.message}`, {
      hints: ['This is a bug in kubectl-canary: run it again with -v 9 for the stack trace and report it.'],
      cause: error,
    })
  }
  return new Failure('error', `internal error: ${String(error)}`)
}

function isParseError(error: Error): boolean {
  // CLIParseError and its kin carry `parse`; the parser's plain CLIErrors carry `oclif.exit`
  return 'parse' in error || ('oclif' in error && error.constructor.name.endsWith('Error'))
}

function firstParagraph(message: string): string {
  return message.split('\nSee more help')[0]?.trim() ?? message
}

/** The text for stderr; `commandName` is `rollout promote`, or empty before a command was found. */
export function renderFailure(
  failure: Failure,
  commandName: string,
  options: { color: boolean; verbosity: number },
): string {
  const label = paint({ text: `${failure.label}:`, style: 'red' }, options.color)
  const hints = [...failure.hints]
  if (failure.outcome === 'usage' && commandName !== '') hints.push(`See: kubectl canary ${commandName} --help`)
  const [first = '', ...more] = failure.message.split('\n')
  const lines = [`${label} ${first}`, ...more.map(line => `  ${line}`), ...hints.map(hint => `  ${hint}`)]
  if (options.verbosity >= 9) {
    const origin = failure.cause instanceof Error ? failure.cause : failure
    lines.push(origin.stack ?? '')
  }
  return `${lines.join('\n')}\n`
}

import type { Config } from '../config/config.ts'
import { isProtectedContext } from '../config/protected-contexts.ts'
import type { Context } from '../context/context.ts'
import { Failure } from '../values/failure.ts'

/** Flags for which the configuration holds a default. */
interface DefaultableFlags {
  namespace?: string | undefined
  context?: string | undefined
  output?: string | undefined
  color?: string | undefined
  reason?: string | undefined
  event?: boolean
}

/** The flags, with the configuration's value where a flag was not given and the command has it. */
export function withDefaults<T extends DefaultableFlags>(flags: T, given: ReadonlySet<string>, config: Config): T {
  const { namespace, context, output, color, reason, event } = config
  const defaults = { namespace, context, output, color, reason, event }
  const missing = Object.entries(defaults).filter(([name, value]) => value !== undefined && !given.has(name))
  return { ...flags, ...Object.fromEntries(missing) }
}

/**
 * Whether a command that writes may: not with `readOnly`, and in a protected context only after a yes, which a terminal
 * is asked for.
 *
 * @throws Failure `refused`
 */
export async function guardWrite(config: Config, hasYes: boolean, context: Context): Promise<void> {
  if (config.readOnly) {
    throw new Failure('refused', 'the configuration is read-only: nothing was changed', {
      reason: 'ReadOnly',
      hints: ['kubectl canary config view shows where readOnly is set'],
    })
  }
  if (hasYes || config.protectedContexts === undefined) return
  const { contextName } = await context.kube()
  if (!isProtectedContext(contextName, config.protectedContexts)) return
  if (context.stdin.isTerminal && context.stderr.isTerminal) {
    context.stderr.write(`context ${contextName} is protected. Go on? [y/N] `)
    const answer = await context.stdin.readLine()
    if (/^y(es)?$/i.test(answer.trim())) return
  }
  throw new Failure('refused', `context ${contextName} is protected by the configuration: nothing was changed`, {
    reason: 'ProtectedContext',
    hints: ['repeat the command with --yes if you mean it'],
  })
}

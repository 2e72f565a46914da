import { didYouMean } from '../../values/did-you-mean.ts'
import { usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { Argument, SecretKeyRef } from '../analysis.ts'

/** Arguments of the command line. */
export interface GivenArguments {
  /** `--arg NAME=VALUE` */
  values: ReadonlyMap<string, string>
  /** `--secret-arg NAME=...`, read already */
  secrets: ReadonlyMap<string, string>
}

/**
 * `NAME=VALUE`; the value may be empty and may contain `=`. Of a name that is given twice with different values neither
 * is meant.
 *
 * @throws Failure `usage`
 */
export function parseAssignments(texts: readonly string[], flag: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals < 1)
      // a secret's text is not repeated
      throw usage(`${flag} needs NAME=VALUE`, { reason: 'InvalidFlag' })
    const name = text.slice(0, equals)
    const value = text.slice(equals + 1)
    if (values.has(name) && values.get(name) !== value)
      throw usage(`${flag} ${name} is given twice with different values`, { reason: 'InvalidFlag' })
    values.set(name, value)
  }
  return values
}

/**
 * The arguments of a run with those of the command line in place of what they had. A secret becomes a reference to one,
 * so that its value stands nowhere in the run.
 *
 * @param declared those that the templates or the run declare
 * @returns what comes in, to be merged with `declared`, and the values of the secrets by their references
 * @throws Failure `usage` for a name that is not declared, or a plain value for a secret
 */
export function applyGiven(
  declared: readonly Argument[],
  given: GivenArguments,
): { args: Argument[]; secrets: { ref: SecretKeyRef; value: string }[] } {
  const byName = new Map(declared.map(arg => [arg.name, arg]))
  for (const [flag, names] of [
    ['--arg', given.values.keys()],
    ['--secret-arg', given.secrets.keys()],
  ] as const) {
    for (const name of names) if (!byName.has(name)) throw unknownArgument(flag, name, declared)
  }
  for (const name of given.values.keys()) {
    if (given.secrets.has(name))
      throw usage(`argument ${name} is given by --arg and by --secret-arg`, { reason: 'InvalidFlag' })
    // the controller takes the secret although there is a value
    if (byName.get(name)?.valueFrom?.secretKeyRef)
      throw usage(`argument ${safeText(name)} is a secret, which a plain value does not replace`, {
        reason: 'InvalidFlag',
        hints: [`--secret-arg ${safeText(name)}=env:VARIABLE or ${safeText(name)}=file:PATH gives it another value`],
      })
  }
  const values = [...given.values].map(([name, value]) => ({ name, value }))
  const secrets = [...given.secrets].map(([name, value]) => {
    const ref = byName.get(name)?.valueFrom?.secretKeyRef ?? { name: 'secret-arg', key: name }
    return { name, ref, value }
  })
  return {
    args: [...values, ...secrets.map(({ name, ref }) => ({ name, valueFrom: { secretKeyRef: ref } }))],
    secrets: secrets.map(({ ref, value }) => ({ ref, value })),
  }
}

function unknownArgument(flag: string, name: string, declared: readonly Argument[]) {
  const names = declared.map(arg => arg.name)
  const near = didYouMean(name, names)
  const known = names.length === 0 ? 'it declares no arguments' : `declared: ${names.map(safeText).join(', ')}`
  return usage(`${flag} ${safeText(name)}: no such argument; ${known}`, {
    reason: 'UnknownArgument',
    hints: near === undefined ? [] : [`did you mean ${safeText(near)}?`],
  })
}

/**
 * Refuses a run that lacks arguments, all of them at once.
 *
 * @throws Failure `usage` with the flags that would give them
 */
export function requireArguments(args: readonly Argument[], what: string): void {
  const missing = args.filter(arg => arg.value === undefined && !arg.valueFrom).map(arg => safeText(arg.name))
  if (missing.length === 0) return
  const list = missing.length === 1 ? `argument ${missing[0]} has` : `arguments ${missing.join(', ')} have`
  throw usage(`${list} no value in ${what}`, {
    reason: 'MissingArgument',
    hints: [`Give it: ${missing.map(name => `--arg ${name}=VALUE`).join(' ')}`],
  })
}

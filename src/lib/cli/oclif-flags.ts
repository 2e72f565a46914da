import type { Interfaces } from '@oclif/core'
import { valueMark } from './argv.ts'
import type { FlagDefinition } from './flag-table.ts'

/** oclif's flag with what kubectl's grammar adds. Put `optionalValue` beside oclif's own properties of a string flag. */
type OclifFlag = Interfaces.FlagInput[string] & {
  /** the value is taken only after `=`; `bare` is what the flag means without one, absent: an error */
  optionalValue?: { bare?: string }
  isInteger?: boolean
  min?: number
  max?: number
}
type OclifFlags = Record<string, OclifFlag>

/** The argv pass's view of a command's flags (its own and the inherited ones). */
export function flagDefinitions(flags: OclifFlags): FlagDefinition[] {
  return Object.entries(flags).map(([name, flag]) => {
    const aliases = [...(flag.aliases ?? []), ...(flag.charAliases ?? [])]
    const common = {
      name,
      ...(flag.char === undefined ? {} : { char: flag.char }),
      ...(aliases.length === 0 ? {} : { aliases }),
    }
    if (flag.type === 'boolean') return { ...common, kind: 'boolean' }
    return {
      ...common,
      kind: flag.optionalValue === undefined ? 'string' : 'optional-value',
      ...(flag.optionalValue?.bare === undefined ? {} : { defaultWhenBare: flag.optionalValue.bare }),
      ...(flag.options === undefined ? {} : { choices: flag.options }),
      ...(flag.isInteger ? { integer: boundsOf(flag) } : {}),
      ...(flag.multiple ? { repeatable: flag.delimiter === ',' ? 'comma' : 'each' } : {}),
    }
  })
}

const boundsOf = ({ min, max }: OclifFlag) => ({
  ...(min === undefined ? {} : { min }),
  ...(max === undefined ? {} : { max }),
})

/**
 * The same flags for oclif's parser after `normalizeArgv`: booleans may be negated, values are split already, and the
 * mark before a value that looks like a flag is taken off before the flag's own `parse` sees it.
 */
export function parserFlags<T extends OclifFlags>(flags: T): T {
  const entries = Object.entries(flags).map(([name, flag]) => {
    if (flag.type === 'boolean') return [name, { ...flag, allowNo: true }]
    const parse: typeof flag.parse = (input, context, options) => flag.parse(withoutMark(input), context, options)
    return [name, { ...flag, parse, delimiter: undefined, multipleNonGreedy: true }]
  })
  return Object.fromEntries(entries)
}

function withoutMark(value: string): string {
  return value.startsWith(valueMark) ? value.slice(valueMark.length) : value
}

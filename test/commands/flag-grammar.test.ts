import { Parser } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/commands.ts'
import { normalizeArgv } from '../../src/lib/cli/argv.ts'
import type { FlagDefinition } from '../../src/lib/cli/flag-table.ts'
import { globalFlags } from '../../src/lib/cli/flags.ts'
import { flagDefinitions, parserFlags } from '../../src/lib/cli/oclif-flags.ts'
import type { CommandTable } from '../../src/lib/cli/static-plugin.ts'

/** Every flag of every command, in every spelling that kubectl's grammar has for one value, read by oclif in the end. */

const table: CommandTable = commands

/** Spellings by the value that they must all come to. */
function spellings({ name, char, kind, choices, integer, defaultWhenBare }: FlagDefinition): [unknown, string[][]][] {
  const short = char === undefined ? [] : [char]
  if (kind === 'boolean')
    return [
      [true, [[`--${name}`], [`--${name}=true`], [`--${name}=1`], ...short.flatMap(c => [[`-${c}`], [`-${c}=T`]])]],
      [false, [[`--${name}=false`], [`--${name}=0`], [`--${name}`, `--${name}=f`], ...short.map(c => [`-${c}=F`])]],
    ]
  const value = choices?.[0] ?? (integer === undefined ? 'a-1' : String(Math.max(3, integer.min ?? 3)))
  const expected = integer === undefined ? value : Number(value)
  if (kind === 'optional-value') {
    const bare: [unknown, string[][]][] = defaultWhenBare === undefined ? [] : [[defaultWhenBare, [[`--${name}`]]]]
    return [[expected, [[`--${name}=${value}`], ...short.map(c => [`-${c}=${value}`])]], ...bare]
  }
  const written = [[`--${name}`, value], [`--${name}=${value}`], [`--${name.replaceAll('-', '_')}=${value}`]]
  const shorts = short.flatMap(c => [[`-${c}`, value], [`-${c}${value}`], [`-${c}=${value}`]])
  const dashes: [unknown, string[][]][] =
    choices === undefined && integer === undefined ? [['-n', [[`--${name}`, '-n'], [`--${name}=-n`]]]] : []
  return [[expected, [...written, ...shorts]], ...dashes]
}

describe.each(Object.keys(table))('%s', id => {
  it('reads every spelling of every flag alike', async () => {
    const Class = (await table[id]?.())?.default
    const flags = { ...globalFlags, ...Class?.flags }
    const definitions = flagDefinitions(flags)
    for (const definition of definitions) {
      for (const [value, all] of spellings(definition)) {
        for (const argv of all) {
          const normal = normalizeArgv([...argv, 'word'], definitions)
          const parsed = await Parser.parse(normal, { flags: parserFlags(flags), args: {}, strict: false })
          const read = (parsed.flags as Record<string, unknown>)[definition.name]
          expect(read, argv.join(' ')).toEqual(definition.repeatable === undefined ? value : [value])
          expect(parsed.argv, argv.join(' ')).toEqual(['word'])
        }
      }
    }
  })

  it('no two flags share a name or letter', async () => {
    const Class = (await table[id]?.())?.default
    const words = flagDefinitions({ ...globalFlags, ...Class?.flags }).flatMap(({ name, char, aliases = [] }) => [
      `--${name}`,
      ...(char === undefined ? [] : [`-${char}`]),
      ...aliases,
    ])
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([])
  })
})

import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/commands.ts'
import { globalFlags } from '../../src/lib/cli/flags.ts'
import type { CommandTable } from '../../src/lib/cli/static-plugin.ts'

/** Commands, arguments and flags are an interface that scripts rely on: what changes here changes it for them. */

interface Flag {
  type: string
  char?: string
  options?: readonly string[]
  multiple?: boolean
  default?: unknown
  hidden?: boolean
  optionalValue?: { bare?: string }
}

const table: CommandTable = commands

function flagText(name: string, flag: Flag): string {
  const value =
    flag.type === 'boolean' ? '' : flag.optionalValue ? (flag.optionalValue.bare === undefined ? '=V' : '[=V]') : ' V'
  const notes = [
    flag.options?.join('|'),
    flag.multiple ? 'repeatable' : undefined,
    flag.default === undefined || flag.default === false ? undefined : `default ${String(flag.default)}`,
    flag.hidden ? 'hidden' : undefined,
  ].filter(note => note !== undefined)
  return `--${name}${value}${flag.char === undefined ? '' : ` -${flag.char}`}${notes.length > 0 ? ` (${notes.join(', ')})` : ''}`
}

function flagTexts(flags: object): string[] {
  return Object.entries(flags as Record<string, Flag>)
    .map(([name, flag]) => flagText(name, flag))
    .sort()
}

function commandFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory()
      ? commandFiles(join(folder, entry.name))
      : entry.name.endsWith('.ts')
        ? [join(folder, entry.name)]
        : [],
  )
}

describe('commands', () => {
  it('the table names every file of src/commands, by its path', () => {
    const fromFiles = commandFiles('src/commands').map(file =>
      relative('src/commands', file).replace(/\.ts$/, '').replaceAll('/', ':'),
    )
    expect(Object.keys(commands).sort()).toEqual(fromFiles.sort())
  })

  it('keeps its commands, arguments and flags', async () => {
    const lines = [`global: ${flagTexts(globalFlags).join(', ')}`]
    for (const id of Object.keys(table).sort()) {
      const Class = (await table[id]?.())?.default
      const args = Object.entries(Class?.args ?? {}).map(([name, { required, multiple }]) => {
        const text = multiple ? `${name}...` : name
        return required ? text : `[${text}]`
      })
      lines.push(
        '',
        [id.replaceAll(':', ' '), ...args].join(' '),
        ...flagTexts(Class?.flags ?? {}).map(flag => `  ${flag}`),
      )
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('../golden/commands.txt')
  })

  it('every command has a summary and says what it takes', async () => {
    for (const [id, load] of Object.entries(table)) {
      const { default: Class } = await load()
      expect(Class.summary, `summary of ${id}`).toMatch(/^[A-Z].*[^.]$/)
      for (const [name, flag] of Object.entries(Class.flags ?? {})) expect(flag.summary, `${id} --${name}`).toBeTruthy()
    }
  })
})

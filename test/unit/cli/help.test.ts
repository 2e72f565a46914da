import { describe, expect, it } from 'vitest'
import { fakeContext } from '../../fakes/context.ts'
import { runCommand } from '../../fakes/run-command.ts'

const help = async (line: string) => runCommand(line, fakeContext())

describe('help', () => {
  it.each([
    { line: '', file: 'root' },
    { line: 'rollout', file: 'topic' },
    { line: 'rollout promote --help', file: 'command' },
  ])('of "$line"', async ({ line, file }) => {
    const { exitCode, stdout, stderr } = await help(line)
    expect([exitCode, stderr]).toEqual([0, ''])
    await expect(stdout).toMatchFileSnapshot(`../../golden/help/${file}.txt`)
  })

  it.each(['help rollout promote', 'rollout promote -h', 'rollout -n loans promote --help'])(
    '"%s" is the same',
    async line => {
      expect(await help(line)).toEqual(await help('rollout promote --help'))
    },
  )

  it('no line of any command is wider than 100 columns', async () => {
    const { commands } = await import('../../../src/commands.ts')
    for (const id of Object.keys(commands)) {
      const { stdout } = await help(`${id.replaceAll(':', ' ')} --help`)
      const widest = stdout.split('\n').reduce((a, b) => (b.length > a.length ? b : a))
      // an example is one line, so that it can be copied
      if (!widest.includes('kubectl canary')) expect(widest.length, `${id}: ${widest}`).toBeLessThanOrEqual(100)
    }
  })

  it('names every flag of every command', async () => {
    const { commands } = await import('../../../src/commands.ts')
    for (const [id, load] of Object.entries(commands)) {
      const { stdout } = await help(`${id.replaceAll(':', ' ')} --help`)
      const { default: command } = await load()
      for (const [name, flag] of Object.entries(command.flags ?? {}))
        if (!(flag as { hidden?: boolean }).hidden) expect(stdout, id).toContain(`--${name}`)
    }
  })
})

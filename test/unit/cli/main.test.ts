import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/lib/values/failure.ts'
import { run } from '../../../src/main.ts'
import { fakeContext } from '../../fakes/context.ts'
import { fakeHost } from '../../fakes/run-command.ts'

describe('a command line', () => {
  it('that went well ends with 1 when --warnings-as-errors makes something of the warnings', async () => {
    const context = fakeContext()
    const host = { ...fakeHost(context), warningsFailure: async () => new Failure('error', '1 warning received') }
    expect(await run(['version'], host)).toBe(1)
    expect(context.stderr.text).toBe('error: 1 warning received\n')
  })

  it('with a bug of ours in it shows no stack trace below -v 9', async () => {
    const broken = (context: ReturnType<typeof fakeContext>) => ({
      ...fakeHost(context),
      createContext: () => {
        throw new TypeError('x is undefined')
      },
    })
    const quiet = fakeContext()
    expect(await run(['version'], broken(quiet))).toBe(1)
    expect(quiet.stderr.text).toMatch(/^error: internal error: x is undefined\n {2}This is a bug/)
    expect(quiet.stderr.text).not.toContain('    at ')
    const loud = fakeContext()
    await run(['version', '-v', '9'], broken(loud))
    expect(loud.stderr.text).toContain('    at ')
  })
})

import { describe, expect, it } from 'vitest'
import { guardWrite, withDefaults } from '../../../src/lib/cli/settings.ts'
import { fakeClient, fakeContext } from '../../fakes/context.ts'

const inProd = (options: { tty?: boolean; stdin?: string } = {}) =>
  fakeContext({ client: fakeClient({ contextName: 'prod-eu' }).client, ...options })

describe('defaults of the configuration', () => {
  it.each([
    { at: 'a flag that was given stays', flags: { namespace: 'a' }, given: ['namespace'], gives: 'a' },
    { at: 'a flag that was not given takes the default', flags: {}, given: [], gives: 'loans' },
  ])('$at', ({ flags, given, gives }) => {
    expect(withDefaults(flags as { namespace?: string }, new Set(given), { namespace: 'loans' }).namespace).toBe(gives)
  })

  it('a boolean that oclif defaulted to false takes it too', () => {
    expect(withDefaults({ event: false }, new Set(), { event: true }).event).toBe(true)
  })
})

describe('the guard before a write', () => {
  it('refuses when the configuration is read-only, even with --yes', async () => {
    await expect(guardWrite({ readOnly: true }, true, inProd())).rejects.toMatchObject({ outcome: 'refused' })
  })

  it.each([
    { at: 'another context', patterns: ['staging-*'], yes: false, tty: false, stdin: '', refused: false },
    { at: 'no terminal to ask on', patterns: ['prod-*'], yes: false, tty: false, stdin: 'y', refused: true },
    { at: '--yes', patterns: ['prod-*'], yes: true, tty: false, stdin: '', refused: false },
    { at: 'yes on a terminal', patterns: ['prod-*'], yes: false, tty: true, stdin: 'y\n', refused: false },
    { at: 'Enter on a terminal', patterns: ['prod-*'], yes: false, tty: true, stdin: '\n', refused: true },
  ])('$at', async ({ patterns, yes, tty, stdin, refused }) => {
    const guarded = guardWrite({ protectedContexts: patterns }, yes, inProd({ tty, stdin }))
    if (refused) await expect(guarded).rejects.toMatchObject({ outcome: 'refused', reason: 'ProtectedContext' })
    else await expect(guarded).resolves.toBeUndefined()
  })
})

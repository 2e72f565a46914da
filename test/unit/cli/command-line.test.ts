import { describe, expect, it } from 'vitest'
import { splitCommand } from '../../../src/lib/cli/command-line.ts'
import type { FlagDefinition } from '../../../src/lib/cli/flag-table.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

const commands = [
  'rollout:list',
  'rollout:get',
  'rollout:set-image',
  'experiment:list',
  'verify',
  'verify:init',
  'version',
]
const flags: FlagDefinition[] = [
  { name: 'namespace', char: 'n', kind: 'string' },
  { name: 'all-namespaces', char: 'A', kind: 'boolean' },
  { name: 'color', kind: 'optional-value' },
  { name: 'help', char: 'h', kind: 'boolean' },
]

describe('splitCommand', () => {
  it.each([
    { argv: [], is: { rest: [] } },
    { argv: ['version'], is: { commandId: 'version', rest: [] } },
    { argv: ['rollout', 'list', '-A'], is: { commandId: 'rollout:list', rest: ['-A'] } },
    { argv: ['-n', 'loans', 'rollout', 'list'], is: { commandId: 'rollout:list', rest: ['-n', 'loans'] } },
    { argv: ['rollout', '-nloans', 'list', 'x'], is: { commandId: 'rollout:list', rest: ['-nloans', 'x'] } },
    { argv: ['-An', 'version', 'rollout', 'list'], is: { commandId: 'rollout:list', rest: ['-An', 'version'] } },
    { argv: ['--namespace=x', 'version'], is: { commandId: 'version', rest: ['--namespace=x'] } },
    { argv: ['--color', 'version'], is: { commandId: 'version', rest: ['--color'] } },
    { argv: ['-o', 'json', 'rollout', 'list'], is: { commandId: 'rollout:list', rest: ['-o', 'json'] } },
    { argv: ['--strange', 'rollout', 'list'], is: { commandId: 'rollout:list', rest: ['--strange'] } },
    { argv: ['rollout', 'get', '-w', 'list'], is: { commandId: 'rollout:get', rest: ['-w', 'list'] } },
    { argv: ['rollout'], is: { topicId: 'rollout', rest: [] } },
    { argv: ['rollout', '--help'], is: { topicId: 'rollout', rest: ['--help'] } },
    { argv: ['--help'], is: { rest: ['--help'] } },
    { argv: ['verify', 'init'], is: { commandId: 'verify:init', rest: [] } },
    { argv: ['verify', 'rollout/init'], is: { commandId: 'verify', rest: ['rollout/init'] } },
    { argv: ['verify', 'loans-api', 'init'], is: { commandId: 'verify', rest: ['loans-api', 'init'] } },
    { argv: ['verify', '-n', 'init', 'x'], is: { commandId: 'verify', rest: ['-n', 'init', 'x'] } },
    { argv: ['verify', '--', 'init'], is: { commandId: 'verify', rest: ['--', 'init'] } },
  ])('$argv', ({ argv, is }) => expect(splitCommand(argv, commands, flags)).toEqual(is))

  it.each([
    { argv: ['rolout', 'list'], says: 'unknown command "rolout" for "kubectl canary"', hint: 'kubectl canary rollout' },
    { argv: ['rollout', 'lst'], says: 'unknown command "lst" for "kubectl canary rollout"', hint: 'rollout list' },
    { argv: ['rollout', 'loans-api'], says: 'unknown command "loans-api" for "kubectl canary rollout"', hint: 'get' },
    { argv: ['set-image'], says: 'unknown command "set-image" for "kubectl canary"', hint: 'rollout set-image' },
  ])('$argv is refused', ({ argv, says, hint }) => {
    let failure: unknown
    try {
      splitCommand(argv, commands, flags)
    } catch (error) {
      failure = error
    }
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure).message).toBe(says)
    expect((failure as Failure).hints.join('\n')).toContain(hint)
  })
})

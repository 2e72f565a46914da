import { expect, it } from 'vitest'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { type FakeTerminal, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { readScenario, scenarioClient } from '../fixtures/explain-scenario.ts'

function run(scenario: string, line: string, tty?: FakeTerminal) {
  const given = readScenario(scenario)
  const { client } = scenarioClient(given)
  const clock = new VirtualClock(given.nowMs)
  return runCommand(line, fakeContext({ client, clock, ...(tty && { tty }) }))
}

it.each([
  { scenario: 'promoted', flags: '', exitCode: 0 },
  { scenario: 'crash-loop', flags: '', exitCode: 0 },
  { scenario: 'promoted', flags: ' --exit-status', exitCode: 0 },
  { scenario: 'crash-loop', flags: ' --exit-status', exitCode: 5 },
  { scenario: 'canary-pause-indefinite', flags: ' --exit-status', exitCode: 5 },
  { scenario: 'aborted-manually', flags: ' --exit-status', exitCode: 3 },
  { scenario: 'promoted', flags: ' -o nonsense', exitCode: 2 },
  { scenario: 'promoted', flags: ' loans-api', exitCode: 2 },
])('explain$flags of $scenario ends with $exitCode', async ({ scenario, flags, exitCode }) => {
  const result = await run(scenario, `rollout explain loans-api${flags} -n loans`)
  expect(result.exitCode).toBe(exitCode)
})

it('takes TYPE/NAME, and explains what is there although something else is not', async () => {
  const result = await run('promoted', 'rollout explain rollout/loans-api laons -n loans')
  expect(result.stdout).toContain('rollout loans/loans-api is Healthy')
  expect(result.stderr).toMatch(/"laons" not found/)
  expect(result.exitCode).toBe(1)
})

it('prints our document for json, info and jsonpath', async () => {
  const info = await run('crash-loop', 'rollout explain loans-api -n loans -o info')
  const json = await run('crash-loop', 'rollout explain loans-api -n loans -o json')
  const rule = await run('crash-loop', 'rollout explain loans-api -n loans -o jsonpath={.findings[0].rule}')
  const document = JSON.parse(info.stdout)
  expect(document).toMatchObject({ apiVersion: 'kubectl-canary/v1', kind: 'Explanation' })
  expect(document.findings[0]).toMatchObject({ rule: 'crash-loop', blocks: 'now' })
  expect(JSON.parse(json.stdout)).toEqual(document)
  expect(rule.stdout).toBe('crash-loop')
})

it.each([
  { name: '80', tty: { columns: 80 } },
  { name: '160', tty: { columns: 160 } },
  { name: '80-color', tty: { columns: 80, color: true } },
  { name: '160-color', tty: { columns: 160, color: true } },
])('on a terminal: $name', async ({ name, tty }) => {
  const result = await run('crash-loop', 'rollout explain loans-api -n loans', tty)
  await expect(result.stdout).toMatchFileSnapshot(`../golden/explain/terminal/crash-loop-${name}.txt`)
  const withoutCommands = result.stdout
    .replace(/\x1b\[\d+m/g, '')
    .split('\n')
    .filter(line => !/^ +(kubectl|\|) /.test(line))
  for (const line of withoutCommands) expect([...line].length, line).toBeLessThanOrEqual(tty.columns)
})

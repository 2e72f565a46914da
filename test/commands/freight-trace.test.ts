import { describe, expect, it } from 'vitest'
import { type FakeTerminal, fakeContext } from '../fakes/context.ts'
import { runCommand } from '../fakes/run-command.ts'
import { kargoScenario, kargoScenarioNames } from '../fixtures/kargo-scenario.ts'

function run(name: string, line: string, options: { tty?: FakeTerminal; forbidden?: string[] } = {}) {
  const { client, clock, project, requests, ...question } = kargoScenario(name, options.forbidden)
  const context = fakeContext({ client, clock, ...(options.tty && { tty: options.tty }) })
  const words = line.replace('FREIGHT', question.freight).replace('STAGE', question.stage)
  return runCommand(`${words} -n ${project}`, context).then(result => ({ ...result, requests }))
}

describe('freight trace, as a person, a pipe and a program get it', () => {
  it.each(kargoScenarioNames())('%s', async name => {
    const line = 'freight trace FREIGHT --to STAGE'
    const [terminal, plain, json] = [
      await run(name, line, { tty: { columns: 100 } }),
      await run(name, line),
      await run(name, `${line} -o json`),
    ]
    expect([terminal.exitCode, plain.exitCode, json.exitCode]).toEqual([0, 0, 0])
    await expect(terminal.stdout).toMatchFileSnapshot(`../golden/freight-trace/${name}.tty.txt`)
    await expect(plain.stdout).toMatchFileSnapshot(`../golden/freight-trace/${name}.plain.txt`)
    await expect(json.stdout).toMatchFileSnapshot(`../golden/freight-trace/${name}.json`)
  })

  it.each([
    ['37-auto-promoted-through', 0],
    ['12-verification-failed', 3],
    ['15-verification-inconclusive', 4],
    ['18-soaking', 5],
  ])('%s ends with %d when asked by --exit-status', async (name, exitCode) => {
    expect((await run(name, 'freight trace FREIGHT --to STAGE --exit-status')).exitCode).toBe(exitCode)
  })
})

describe('freight trace', () => {
  it('goes to where the Stages end without --to, and takes an alias or an image', async () => {
    const byAlias = await run('17-verified-nobody-promoted', 'freight trace FREIGHT')
    expect(byAlias.stdout).toContain('is not in prod')
    const nothing = await run('17-verified-nobody-promoted', 'freight trace no-such-thing')
    expect(nothing).toMatchObject({ exitCode: 1, stdout: '' })
    expect(nothing.stderr).toContain('freight list')
  })

  it('asks seven questions, whatever it finds', async () => {
    const { requests } = await run('38-auto-promotion-held', 'freight trace FREIGHT --to STAGE')
    expect(requests.map(({ method }) => method).filter(method => method === 'LIST' || method === 'GET')).toHaveLength(7)
    expect(requests).toHaveLength(7)
  })

  it('says what may not be read instead of guessing', async () => {
    const forbidden = ['leases', 'analysisruns', 'projectconfigs']
    const { stdout, exitCode } = await run('38-auto-promotion-held', 'freight trace FREIGHT --to STAGE', { forbidden })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('auto-promotion-held')
    for (const what of ['Leases of Kargo', 'AnalysisRuns', 'the ProjectConfig'])
      expect(stdout).toContain(`Not visible: ${what} (forbidden)`)
  })

  it.each([
    ['freight trace', 2],
    ['freight trace FREIGHT --to prdo', 1],
    ['freight trace FREIGHT -o name', 2],
  ])('%s ends with %d', async (line, exitCode) => {
    const result = await run('01-never-promoted', line)
    expect(result.exitCode).toBe(exitCode)
    expect(result.stdout).toBe('')
    expect(result.stderr).not.toBe('')
  })

  it('does not hide that Freight itself may not be read', async () => {
    const result = await run('01-never-promoted', 'freight trace FREIGHT', { forbidden: ['freights'] })
    expect(result).toMatchObject({ exitCode: 1, stdout: '' })
    expect(result.stderr).toContain('forbidden')
  })
})

describe('freight list and stage list', () => {
  it.each([
    ['freight-list', 'freight list'],
    ['freight-list-stage', 'freight list --stage prod'],
    ['freight-list-available', 'freight list --available-to prod'],
    ['stage-list', 'stage list'],
  ])('%s', async (golden, line) => {
    const { stdout, exitCode } = await run('38-auto-promotion-held', line, { tty: { columns: 120 } })
    expect(exitCode).toBe(0)
    await expect(stdout).toMatchFileSnapshot(`../golden/freight-trace/list/${golden}.txt`)
  })

  it.each([
    ['freight list --in dev', ['dfe9da3']],
    ['freight list --verified-in prod', ['effb3a2', '104fc45']],
    ['freight list --image :none', []],
    ['freight list --warehouse other', []],
  ])('%s selects', async (line, names) => {
    const { stdout } = await run('38-auto-promotion-held', `${line} -o json`)
    const { items, metadata } = JSON.parse(stdout)
    const found = (items ?? [{ metadata }]).map((each: { metadata: { name: string } }) =>
      each.metadata.name.slice(0, 7),
    )
    expect(found).toEqual(names)
  })
})

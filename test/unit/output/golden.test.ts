import { describe, expect, it } from 'vitest'
import { renderExperiment } from '../../../src/lib/output/experiment-view.ts'
import { RolloutListView } from '../../../src/lib/output/rollout-list-view.ts'
import { renderRollout } from '../../../src/lib/output/rollout-view.ts'
import { experimentInfo } from '../../../src/lib/rollouts/info/experiment-info.ts'
import { rolloutInfo } from '../../../src/lib/rollouts/info/info.ts'
import { rolloutRow } from '../../../src/lib/rollouts/info/rollout-row.ts'
import { byOwner } from '../../../src/lib/rollouts/ownership.ts'
import type { Rollout } from '../../../src/lib/rollouts/rollout.ts'
import { displayWidth } from '../../../src/lib/values/display-width.ts'
import { canary, now, paused } from '../rollouts/builders.ts'
import { scenarios } from './scenarios.ts'

const renderings = [
  { form: 'plain', color: false, columns: undefined },
  { form: 'tty-80', color: true, columns: 80 },
  { form: 'tty-160', color: true, columns: 160 },
]
const golden = (name: string) => `../../golden/${name}`
const withoutColor = (text: string) => text.replace(/\x1b\[\d+m/g, '')

function expectToFit(text: string, columns: number | undefined) {
  if (columns === undefined) expect(text).not.toContain('\x1b')
  else for (const line of withoutColor(text).split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
  for (const line of withoutColor(text).split('\n')) expect(line).not.toMatch(/ $/)
}

describe.each(Object.entries(scenarios))('rollout get, %s', (name, objects) => {
  const info = rolloutInfo(objects, now)

  it.each(renderings)('$form', async ({ form, ...rendering }) => {
    const text = renderRollout(info, rendering, now)
    expectToFit(text, rendering.columns)
    await expect(text).toMatchFileSnapshot(golden(`rollout-get/${name}.${form}.txt`))
  })

  it('info document', async () => {
    await expect(`${JSON.stringify(info, null, 2)}\n`).toMatchFileSnapshot(golden(`rollout-get/${name}.info.json`))
  })

  it.each([20, 35, 50, 67, 100])('fits a terminal of %d columns', columns => {
    expectToFit(renderRollout(info, { color: false, columns }, now), columns)
  })
})

describe.each([false, true])('rollout list, wide: %s', wide => {
  const long: Rollout = canary({
    name: 'payments-settlement-reconciliation-worker',
    namespace: 'team-payments-production',
    image: 'registry.example.com/payments/settlement-reconciliation-worker:2026.01.02-rc1',
    status: { canary: { currentStepAnalysisRunStatus: { name: 'payments-settlement-7c9-12-4', status: 'Running' } } },
  })
  const timed = paused({ name: 'timed', step: 3 })
  const rows = [...Object.values(scenarios).map(({ rollout }) => rollout), timed, long].map(rolloutRow)

  it.each(renderings)('$form', async ({ form, ...rendering }) => {
    const text = new RolloutListView({ allNamespaces: true, wide, headers: true }, rendering).rows(rows, now)
    expectToFit(text, rendering.columns)
    await expect(text).toMatchFileSnapshot(golden(`rollout-list/${wide ? 'wide' : 'table'}.${form}.txt`))
  })

  it.each([20, 35, 50, 67, 100])('fits a terminal of %d columns', columns => {
    const view = new RolloutListView({ allNamespaces: true, wide, headers: true }, { color: false, columns })
    expectToFit(view.rows(rows, now), columns)
  })

  it('rows as a document', async () => {
    await expect(`${JSON.stringify(rows, null, 2)}\n`).toMatchFileSnapshot(golden('rollout-list/rows.json'))
  })
})

it.each(renderings)('experiment get, $form', async ({ form, ...rendering }) => {
  const { experiments, replicaSets, pods, analysisRuns } = scenarios['experiment-running'] ?? expect.fail()
  const [experiment] = experiments
  if (!experiment) expect.fail()
  const info = experimentInfo(experiment, { replicaSets, podsByOwner: byOwner(pods), analysisRuns }, now)
  const text = renderExperiment(info, rendering, now)
  expectToFit(text, rendering.columns)
  await expect(text).toMatchFileSnapshot(golden(`experiment-get/running.${form}.txt`))
})

it('nothing from a cluster reaches the terminal as a command', () => {
  const evil = '\x1b[2J\x1b]0;owned\x07\u202eevil\r\n'
  const { rollout, ...rest } = scenarios['analysis-running'] ?? expect.fail()
  const poisoned = JSON.parse(
    JSON.stringify({ rollout, ...rest }, (key, value) =>
      ['message', 'image', 'name', 'value', 'successCondition', 'templateName', 'phase', 'namespace'].includes(key) &&
      typeof value === 'string'
        ? `${value}${evil}`
        : value,
    ),
  )
  const text = renderRollout(rolloutInfo(poisoned, now), { color: false, columns: 120 }, now)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/)
  const row = rolloutRow(poisoned.rollout)
  const list = new RolloutListView({ allNamespaces: true, wide: true, headers: true }, { color: false })
  expect(list.rows([row], now).split('\n')).toHaveLength(3)
})

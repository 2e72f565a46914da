import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderExplanation } from '../../../../src/lib/output/explanation-view.ts'
import type { Evidence } from '../../../../src/lib/rollouts/explain/evidence.ts'
import { explain } from '../../../../src/lib/rollouts/explain/explain.ts'
import { gatherEvidence } from '../../../../src/lib/rollouts/explain/gather.ts'
import { loadRolloutObjects } from '../../../../src/lib/rollouts/observe/load.ts'
import { readScenario, scenarioClient, scenarioNames } from '../../../fixtures/explain-scenario.ts'

/** What holds of every explanation, whatever the objects look like. */
function expectSound(evidence: Evidence, nowMs: number) {
  const explanation = explain(evidence, nowMs)
  const isBlocked = explanation.findings.some(finding => finding.blocks === 'now')
  if (explanation.phase !== 'Healthy') expect(isBlocked).toBe(true)
  const rank = explanation.findings.map(({ blocks }) => ['now', 'next', null].indexOf(blocks))
  expect(rank).toEqual([...rank].sort((a, b) => a - b))
  for (const finding of explanation.findings) {
    expect(finding.rule).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(finding.title).toMatch(/^[\s\S]*\.$/)
    expect(finding.title).not.toMatch(/undefined|\[object|NaN/)
    for (const item of finding.evidence) expect(item.text).not.toMatch(/undefined|\[object|NaN/)
  }
  const text = renderExplanation(explanation, { color: false })
  expect(text.replace(/\n/g, '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/)
}

async function evidenceOf(name: string) {
  const scenario = readScenario(name)
  const { client } = scenarioClient(scenario)
  const objects = await loadRolloutObjects(client, { namespace: 'loans', name: 'loans-api' })
  return { evidence: await gatherEvidence(client, objects, scenario.nowMs), nowMs: scenario.nowMs }
}

/** Every place in a value where something could be missing. */
function paths(value: unknown, at: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [at]
  const entries = Array.isArray(value) ? value.map((each, index) => [index, each] as const) : Object.entries(value)
  return [at, ...entries.flatMap(([key, each]) => paths(each, [...at, key]))]
}

function without(value: unknown, path: readonly (string | number)[]): unknown {
  const changed = structuredClone(value) as Record<string | number, unknown>
  let node = changed
  for (const key of path.slice(0, -1)) node = node[key] as Record<string | number, unknown>
  const last = path.at(-1) as string | number
  if (Array.isArray(node)) node.splice(Number(last), 1)
  else delete node[last]
  return changed
}

describe('explain is total', () => {
  it('for every scenario with any one optional field gone', async () => {
    const scenarios = await Promise.all(scenarioNames().map(evidenceOf))
    const isOptional = (path: readonly (string | number)[]) =>
      path.length > 2 && !['name', 'spec'].includes(String(path.at(-1))) && !isRequired(path)
    fc.assert(
      fc.property(fc.constantFrom(...scenarios), fc.nat(), ({ evidence, nowMs }, pick) => {
        const removable = paths(evidence).filter(isOptional)
        const path = removable[pick % removable.length] as (string | number)[]
        expectSound(without(evidence, path) as Evidence, nowMs)
      }),
      { numRuns: 300 },
    )
  })

  it('whatever time it is', async () => {
    const scenarios = await Promise.all(scenarioNames().map(evidenceOf))
    fc.assert(
      fc.property(
        fc.constantFrom(...scenarios),
        fc.integer({ min: 0, max: 4_102_444_800_000 }),
        ({ evidence }, nowMs) => expectSound(evidence, nowMs),
      ),
      { numRuns: 200 },
    )
  })

  it('for the rollouts of the conformance cases', () => {
    const file = 'test/conformance/cases/rollout-info.jsonl'
    if (!existsSync(file)) return
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
      const { now, objects } = JSON.parse(line)
      const { rollout, replicaSets = [], pods = [], experiments = [], analysisRuns = [] } = objects
      const empty = { events: [], services: [], claims: [], autoscalers: [], disruptionBudgets: [], quotas: [] }
      const rest = { logs: [], missing: [], notVisible: [], permissions: {}, connectionFlags: [] }
      const [workload] = objects.deployments ?? []
      const evidence = {
        rollout,
        replicaSets,
        pods,
        experiments,
        analysisRuns,
        ...empty,
        ...rest,
        ...(workload && { workload }),
      }
      expectSound(evidence, Date.parse(now))
    }
  })
})

/** Fields without which the API server would not have taken the object, or the controller never writes it. */
function isRequired(path: readonly (string | number)[]): boolean {
  const text = path.map(part => (typeof part === 'number' ? '*' : part)).join('.')
  return (
    /\.metadata$|\.(canary|stable)$|weights\.(canary|stable)\.weight$|managedFields\.\*$/.test(text) ||
    /(exitCode|\.port|\.reason|\.startTime|\.type|\.status|conditionType|\.key|\.operator|templateName|what|why|lacks|owner\.\w+)$/.test(
      text,
    ) ||
    /^(connectionFlags|owner|notVisible|missing|logs)/.test(text)
  )
}

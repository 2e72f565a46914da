import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isFreightAvailable } from '../../../../src/lib/kargo/admission.ts'
import { holdsNow, isControlFlow } from '../../../../src/lib/kargo/stage.ts'
import { blocksTo } from '../../../../src/lib/kargo/trace/blocks.ts'
import { ProjectView } from '../../../../src/lib/kargo/trace/project-objects.ts'
import { objectsOf, type Scenario } from '../../../conformance/suites/kargo-scenarios.ts'

const folder = 'test/conformance/cases/kargo-scenarios'
const scenarios = readdirSync(folder)
  .filter(name => /^\d/.test(name))
  .map(name => [name, JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Scenario] as const)

describe('every question that the recorded projects allow has an answer that holds together', () => {
  it.each(scenarios)('%s', (_name, scenario) => {
    const view = new ProjectView(objectsOf(scenario, scenario.question.project))
    for (const stage of view.objects.stages) {
      for (const freight of view.objects.freight) {
        const question = `${freight.metadata.name.slice(0, 7)} in ${stage.metadata.name}`
        const [first, ...rest] = blocksTo(view, stage, freight)
        expect(first, question).toBeDefined()
        if (!first) continue
        const isIn = holdsNow(stage, freight.metadata.name)
        if (isIn) expect(first.reason, question).toBe('already-in-stage')
        // What admission accepts is not held by a Stage before this one.
        if (!isIn && isFreightAvailable(stage, freight, view.nowMs))
          expect(first.stage, question).toBe(stage.metadata.name)
        for (const block of [first, ...rest]) {
          expect(
            block.since === null || Date.parse(block.since) <= view.nowMs + 1000,
            `${question}: ${block.since}`,
          ).toBe(true)
          if (block.reason !== 'already-in-stage' && block.reason !== 'control-flow-upstream')
            expect(block.opensWith.length, `${question}: ${block.reason}`).toBeGreaterThan(0)
        }
        if (first.reason === 'already-in-stage' && !isIn) expect(isControlFlow(stage), question).toBe(true)
      }
    }
  })

  it.each(scenarios)('%s: the order of the objects does not matter', (_name, scenario) => {
    const { question } = scenario
    const shuffled = { ...scenario, objects: [...scenario.objects].reverse() }
    const [one, other] = [scenario, shuffled].map(each => {
      const view = new ProjectView(objectsOf(each, question.project))
      const [stage, freight] = [view.stage(question.stage), view.freight(question.freight)]
      return stage && freight ? blocksTo(view, stage, freight) : []
    })
    expect(other).toEqual(one)
  })
})

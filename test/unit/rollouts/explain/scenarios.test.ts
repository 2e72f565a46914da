import { describe, expect, it } from 'vitest'
import { renderExplanation } from '../../../../src/lib/output/explanation-view.ts'
import { explainRollout } from '../../../../src/lib/rollouts/explain/explain-rollout.ts'
import { readScenario, type Scenario, scenarioClient, scenarioNames } from '../../../fixtures/explain-scenario.ts'

const golden = '../../../golden/explain'

async function explained(scenario: Scenario) {
  const { client, requests } = scenarioClient(scenario)
  const explanation = await explainRollout(client, { namespace: 'loans', name: 'loans-api' }, scenario.nowMs)
  return { explanation, requests }
}

describe.each(scenarioNames())('explain %s', name => {
  const scenario = readScenario(name)

  it('finds these rules, the first of all first', async () => {
    const { explanation } = await explained(scenario)
    expect(explanation.findings.map(finding => finding.rule)).toEqual(scenario.rules)
  })

  it('says it in these words', async () => {
    const { explanation } = await explained(scenario)
    const text = renderExplanation(explanation, { color: false })
    await expect(`# ${scenario.description}\n\n${text}`).toMatchFileSnapshot(`${golden}/${name}.txt`)
    await expect(`${JSON.stringify(explanation, null, 2)}\n`).toMatchFileSnapshot(`${golden}/${name}.json`)
  })
})

describe('requests of explain', () => {
  it('are those that the state calls for', async () => {
    const blocks: string[] = []
    for (const name of scenarioNames()) {
      const { requests } = await explained(readScenario(name))
      const lines = requests.map(({ method, path, options }) => {
        const { labelSelector, fieldSelector, container, previous } = (options ?? {}) as Record<string, unknown>
        const query = [labelSelector, fieldSelector, container, previous].filter(Boolean)
        return `  ${method} ${path}${query.length > 0 ? ` [${query.join(' ')}]` : ''}`
      })
      blocks.push(`${name}\n${lines.join('\n')}`)
      const namespaceWide = requests.filter(({ method, path, options }) => {
        const { labelSelector, fieldSelector } = (options ?? {}) as Record<string, unknown>
        return (
          method === 'LIST' &&
          !labelSelector &&
          !fieldSelector &&
          !/horizontalpodautoscalers|poddisruptionbudgets/.test(path)
        )
      })
      expect(namespaceWide, name).toEqual([])
      expect(requests.length, name).toBeLessThanOrEqual(17)
    }
    await expect(`${blocks.join('\n\n')}\n`).toMatchFileSnapshot(`${golden}/requests.txt`)
  })
})

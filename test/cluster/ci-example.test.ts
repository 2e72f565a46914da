import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { parse } from 'yaml'
import type { Rollout } from '../../src/lib/rollouts/rollout.ts'
import { contract, type World } from '../contract/world.ts'
import { cleanEnvironment, program, scratchFolder } from '../e2e/program.ts'
import { behaviorAnnotation, type PodBehavior } from './fake-pods.ts'

const { scenario } = contract()
const examples = join(import.meta.dirname, '../../examples')
const name = 'loans-api'
const image = (tag: string) => `docker.io/akshitmadanharness/loans-api:${tag}`

/** The example's rollout, which waits shorter for its pods and gives up on them earlier. */
function example(tag: string, behavior?: PodBehavior): Rollout {
  const rollout = parse(readFileSync(join(examples, 'loans-api/rollout-loans-api.yaml'), 'utf8')) as Rollout
  const { template } = rollout.spec
  const [container] = template?.spec?.containers ?? []
  return {
    ...rollout,
    spec: {
      ...rollout.spec,
      minReadySeconds: 1,
      progressDeadlineSeconds: 8,
      template: {
        ...template,
        metadata: { ...template?.metadata, annotations: behavior ? { [behaviorAnnotation]: behavior } : {} },
        spec: { ...template?.spec, containers: [{ name, ...container, image: image(tag) }] },
      },
    },
  }
}

/** Starts the script as a CI job does, before the sync brings the new image. */
function startJob(world: World, tag: string): Promise<{ code: number; output: string }> {
  const scratch = scratchFolder()
  const env = cleanEnvironment(scratch.path, {
    KUBECONFIG: world.backend.kubeconfig,
    CANARY: program.join(' '),
    IMAGE: image(tag),
    ROLLOUT: name,
    NAMESPACE: world.namespace,
    TIMEOUT: '2m',
  })
  return new Promise(resolve => {
    execFile('bash', [join(examples, 'ci-canary.sh')], { env }, (error, stdout, stderr) => {
      scratch.remove()
      resolve({ code: error ? Number(error.code ?? -1) : 0, output: stdout + stderr })
    })
  })
}

describe('the job of examples/ci-canary.sh', () => {
  scenario('takes a good release through every pause to the end', async world => {
    await world.deployed(example('v1'))
    const job = startJob(world, 'v2')
    await world.pass(4)
    await world.apply(example('v2'))
    const { code, output } = await job
    expect(code, output).toBe(0)
    expect(output.match(/promoted: was paused/g)).toHaveLength(3)
    expect(output).toMatch(/loans-api runs .*:v2 everywhere/)
    const { status } = await world.rollout(name)
    expect(status?.phase).toBe('Healthy')
    expect(status?.stableRS).toBe(status?.currentPodHash)
  })

  scenario('explains a bad release and aborts it', async world => {
    world.podsWrite('starting', 'FATAL no configuration')
    await world.deployed(example('v1'))
    const { stableRS } = (await world.rollout(name)).status ?? {}
    const job = startJob(world, 'v2')
    await world.apply(example('v2', 'crash'))
    const { code, output } = await job
    expect(code, output).toBe(3)
    expect(output).toMatch(/crash-loop/)
    expect(output).toMatch(/FATAL no configuration/)
    const { status } = await world.rollout(name)
    expect(status).toMatchObject({ abort: true, stableRS })
  })

  scenario('leaves a release alone that somebody else has aborted, with 3', async world => {
    await world.deployed(example('v1'))
    await world.apply(example('v2'))
    await world.untilStep(1, name)
    await world.run(`rollout abort ${name} --wait`)
    const { code, output } = await startJob(world, 'v2')
    expect(code, output).toBe(3)
    expect(output).toMatch(/aborted/)
  })
})

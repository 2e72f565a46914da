import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Context } from '../../../src/lib/context/context.ts'
import { type DemoEvent, demo, type RunCommand } from '../../../src/lib/playground/demo.ts'
import { demoText } from '../../../src/lib/playground/demo-text.ts'
import { loansApiRollout, successRateCheck } from '../../../src/lib/playground/example-manifests.ts'
import { runPlayground } from '../../../src/lib/playground/run-playground.ts'
import { fakeContext } from '../../fakes/context.ts'

it.each([
  ['rollout-loans-api', loansApiRollout],
  ['analysistemplate-success-rate-check', successRateCheck],
])('the embedded %s is the example', (file, text) => {
  expect(text).toBe(readFileSync(`examples/loans-api/${file}.yaml`, 'utf8'))
})

async function play(runCommand: RunCommand, context: Context = fakeContext()): Promise<DemoEvent[]> {
  const events: DemoEvent[] = []
  for await (const event of demo({}, context, runCommand)) events.push(event)
  return events
}

/** Answers every command with the exit code that the scene expects. */
function obedient(): RunCommand {
  let isAborted = false
  return async argv => {
    const line = argv.join(' ')
    isAborted ||= line.includes('rollout abort')
    if (line.includes('rollout undo')) isAborted = false
    const isBad = isAborted ? line.includes('--watch=false') : line.startsWith('rollout status loans-api -n')
    const exitCode = line.includes('--timeout 40s') ? 6 : isBad ? 3 : 0
    return { exitCode, stdout: `${argv[1]}\n`, stderr: '' }
  }
}

describe('the demo', () => {
  it('plays its scenes in order and ends well', async () => {
    const events = await play(obedient())
    expect(events.filter(each => each.type === 'demo.scene').map(each => each.title)).toEqual([
      'A rollout is deployed',
      'Version 1.1.0 comes in',
      'It is good, and goes on',
      'Version 1.2.0 breaks its pods',
      'Back, by hand',
      'Version 1.3.0 looks fine, and is not',
      'Back, by itself',
    ])
    expect(events.at(-1)).toMatchObject({ type: 'end', outcome: 'done', exitCode: 0 })
  })

  it('ends as an error when a command ends otherwise than it should', async () => {
    const events = await play(async () => ({ exitCode: 1, stdout: '', stderr: 'error: no\n' }))
    expect(events.at(-1)).toMatchObject({
      type: 'end',
      outcome: 'error',
      exitCode: 1,
      message: expect.stringContaining('rollout status loans-api'),
    })
  })

  it('ends with the signal', async () => {
    const context = fakeContext()
    const stopped = play(async () => {
      context.abort(new Error('interrupted'))
      return { exitCode: 130, stdout: '', stderr: '' }
    }, context)
    await expect(stopped).rejects.toThrow('interrupted')
  })

  it('is told in words', () => {
    const envelope = { apiVersion: 'kubectl-canary/v1', kind: 'Event' as const, time: '2026-01-02T03:04:05Z' }
    const command = {
      ...envelope,
      type: 'demo.command' as const,
      command: 'kubectl canary x',
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    }
    expect(demoText(command, { hasColor: false })).toBe('\n$ kubectl canary x\nerr\nout\n(exit code 3)\n')
  })
})

describe('the playground', () => {
  it('says where it is, and ends with the signal', async () => {
    const context = fakeContext()
    const open = runPlayground({ speed: 10 }, context)
    await expect.poll(() => context.stdout.text).toMatch(/^export KUBECONFIG=.+\nexport PROMETHEUS_URL=http:.+\n$/)
    const [, path = '', prometheusUrl = ''] =
      /KUBECONFIG=(.+)\nexport PROMETHEUS_URL=(.+)\n/.exec(context.stdout.text) ?? []
    const health = await fetch(`${prometheusUrl}/-/healthy`)
    expect(await health.text()).toBe('Prometheus Server is Healthy.\n')
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ 'current-context': 'playground' })
    expect(context.stderr.text).toContain('Ctrl-C ends it.')
    context.abort(new Error('interrupted'))
    await expect(open).rejects.toThrow('interrupted')
    expect(() => readFileSync(path)).toThrow('ENOENT')
  })

  it.each([
    {
      what: 'a file that is missing',
      stdin: undefined,
      file: 'missing.yaml',
      message: 'cannot read missing.yaml: ENOENT',
    },
    { what: 'broken YAML', stdin: 'a: [', file: '-', message: '- is not valid YAML' },
    { what: 'no object', stdin: 'a: b', file: '-', message: 'is no Kubernetes object' },
    {
      what: 'an unknown kind',
      stdin: '{apiVersion: x/v1, kind: Y, metadata: {name: z}}',
      file: '-',
      message: 'Y z cannot be applied: no kind Y in x/v1 is served',
    },
  ])('refuses $what', async ({ stdin, file, message }) => {
    const context = fakeContext({ ...(stdin === undefined ? {} : { stdin }), workingDirectory: '/nowhere' })
    await expect(runPlayground({ files: [file] }, context)).rejects.toMatchObject({
      outcome: 'usage',
      message: expect.stringContaining(message),
    })
  })
})

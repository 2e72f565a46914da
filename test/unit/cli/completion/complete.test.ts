import { describe, expect, it } from 'vitest'
import { type FakeContextOptions, fakeClient, fakeContext } from '../../../fakes/context.ts'
import { runCommand } from '../../../fakes/run-command.ts'
import { temporaryFolder } from '../../../fakes/temporary-folder.ts'

const rollout = (name: string, namespace = 'default') => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name, namespace },
})

async function complete(words: string[], options: FakeContextOptions = {}) {
  const context = fakeContext({ env: {}, ...options })
  const result = await runCommand(['__complete', ...words], context)
  return { ...result, lines: result.stdout.trimEnd().split('\n') }
}

describe('the protocol of kubectl', () => {
  it('a candidate a line, the directive last, nothing on stderr', async () => {
    expect(await complete(['rollout', 'promo'])).toMatchObject({
      exitCode: 0,
      stderr: '',
      lines: ['promote\tEnd the current pause of a rollout', ':4'],
    })
  })

  it('without descriptions', async () => {
    const context = fakeContext()
    const { stdout } = await runCommand(['__completeNoDesc', 'rollout', 'promo'], context)
    expect(stdout).toBe('promote\n:4\n')
  })

  it.each([[[]], [['']], [['x', 'y', 'z']], [['--']], [['-']], [['rollout', 'get', '--=', '']], [['-n']]])(
    '%j never fails',
    async words => expect(await complete(words)).toMatchObject({ exitCode: 0, stderr: '' }),
  )
})

describe('names from the cluster', () => {
  const objects = [
    rollout('web'),
    rollout('worker'),
    rollout('api'),
    rollout('web', 'loans'),
    rollout('ledger', 'loans'),
  ]

  it.each([
    { words: ['rollout', 'get', ''], are: ['api', 'web', 'worker'] },
    { words: ['rollout', 'get', 'w'], are: ['web', 'worker'] },
    { words: ['rollout', 'get', 'web', ''], are: ['api', 'worker'] },
    { words: ['rollout', 'get', 'ro/w'], are: ['ro/web', 'ro/worker'] },
    { words: ['rollout', 'get', '-n', 'loans', ''], are: ['ledger', 'web'] },
    { words: ['-n=loans', 'rollout', 'get', ''], are: ['ledger', 'web'] },
  ])('$words', async ({ words, are }) => {
    const { client } = fakeClient({ objects })
    expect((await complete(words, { client })).lines).toEqual([...are, ':4'])
  })

  it.each([
    { words: ['analysis', 'get', ''], are: ['web-1', 'web-2'] },
    { words: ['analysis', 'get', 'at/'], are: ['at/success'] },
    { words: ['analysis', 'watch', 'web-1', ''], are: ['web-2'] },
    { words: ['analysis', 'create', ''], are: ['success'] },
    { words: ['analysis', 'create', 'cat/s'], are: ['cat/smoke'] },
    { words: ['analysis', 'create', '--from-rollout', ''], are: ['api', 'web', 'worker'] },
    { words: ['analysis', 'list', 'a'], are: ['ar', 'at', 'analysisruns', 'analysisrun'] },
  ])('$words', async ({ words, are }) => {
    const kind = (each: string, name: string) => ({ ...rollout(name), kind: each })
    const analyses = [
      kind('AnalysisRun', 'web-1'),
      kind('AnalysisRun', 'web-2'),
      kind('AnalysisTemplate', 'success'),
      { ...kind('ClusterAnalysisTemplate', 'smoke'), metadata: { name: 'smoke' } },
    ]
    const { client } = fakeClient({ objects: [...objects, ...analyses] })
    expect((await complete(words, { client })).lines.slice(0, are.length)).toEqual(are)
  })

  it('the namespace of the configuration', async () => {
    const { client } = fakeClient({ objects })
    const env = { KUBECTL_CANARY_NAMESPACE: 'loans' }
    expect((await complete(['rollout', 'get', ''], { client, env })).lines).toEqual(['ledger', 'web', ':4'])
  })

  it('a TAB of a flag asks nobody', async () => {
    const { client } = fakeClient({ objects })
    await complete(['rollout', 'get', '--wat'], { client })
    expect(client.requests).toEqual([])
  })

  it('no answer, no candidates, after two seconds', async () => {
    const { client } = fakeClient({ objects })
    const silent = Object.assign(Object.create(client), { raw: () => new Promise(() => {}) })
    const context = fakeContext({ client: silent })
    const running = runCommand(['__complete', 'rollout', 'get', ''], context)
    await new Promise(resolve => setTimeout(resolve, 50))
    await context.clock.advance(2_000)
    expect(await running).toMatchObject({ exitCode: 0, stdout: ':4\n', stderr: '' })
  })
})

describe('contexts from the kubeconfig', () => {
  const kubeconfig = `apiVersion: v1
kind: Config
current-context: prod
contexts:
- {name: prod, context: {cluster: a}}
- {name: "arn:aws:eks:x", context: {cluster: a}}
clusters:
- {name: a, cluster: {server: https://localhost:1}}
users: []
`

  it.each([
    { words: ['rollout', 'get', '--context', ''], are: ['prod\tcurrent', 'arn:aws:eks:x'] },
    { words: ['rollout', 'get', '--context=ar'], are: ['arn:aws:eks:x'] },
    { words: ['rollout', 'get', '--cluster', ''], are: ['a'] },
  ])('$words', async ({ words, are }) => {
    const folder = temporaryFolder({ config: kubeconfig })
    try {
      const env = { KUBECONFIG: folder.file('config') }
      expect((await complete(words, { env })).lines).toEqual([...are, ':4'])
      const elsewhere = await complete(['--kubeconfig', folder.file('config'), ...words])
      expect(elsewhere.lines).toEqual([...are, ':4'])
    } finally {
      folder.remove()
    }
  })
})

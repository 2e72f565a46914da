import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../src/lib/context/kube-object.ts'
import { VirtualClock } from '../../src/lib/playground/clock.ts'
import { type FakeTerminal, fakeClient, fakeContext } from '../fakes/context.ts'
import { type FakeAnswer, fakePrometheus } from '../fakes/fake-prometheus.ts'
import { runCommand } from '../fakes/run-command.ts'
import { temporaryFolder } from '../fakes/temporary-folder.ts'

const nowMs = Date.parse('2026-01-02T12:00:00Z')
const minute = 60_000

interface World {
  tty?: FakeTerminal
  answer?: (query: string, timeMs: number) => FakeAnswer
  objects?: readonly KubeObject[]
  folder?: string
  env?: Record<string, string>
  stdin?: string
}

function world({ tty, answer = () => 1, objects = [], folder = 'test/fixtures/analysis-run', env, stdin }: World = {}) {
  const clock = new VirtualClock(nowMs)
  const http = fakePrometheus(answer)
  const { client, store } = fakeClient({ clock, objects, namespace: 'shop', contextName: 'playground' })
  const context = fakeContext({
    client,
    clock,
    http,
    workingDirectory: resolve(folder),
    ...(tty ? { tty } : {}),
    ...(env ? { env } : {}),
    ...(stdin === undefined ? {} : { stdin }),
  })
  const run = (line: string | string[]) =>
    runCommand(typeof line === 'string' ? `analysis run ${line}` : ['analysis', 'run', ...line], context)
  return { clock, http, store, context, run }
}

/** A command while virtual time goes on. */
async function live(at: ReturnType<typeof world>, line: string, onTick?: () => void) {
  const state: { result?: Awaited<ReturnType<typeof at.run>> } = {}
  void at.run(line).then(result => {
    state.result = result
  })
  for (let turn = 0; turn < 20_000 && !state.result; turn++) {
    await new Promise(done => setTimeout(done, 1))
    // time begins with the run, however long loading it takes
    if (at.context.stderr.text === '') continue
    onTick?.()
    await at.clock.advance(5_000)
  }
  if (!state.result) throw new Error('the command did not end')
  return state.result
}

const seed = { folder: 'examples/loans-api' }
const template = '-f analysistemplate-success-rate-check.yaml --arg service-name=loans-api'

/** Success and error rates of a service that was fine until a given minute before now. */
const degradedSince = (minutesAgo: number) => (query: string, timeMs: number) => {
  const isBad = timeMs > nowMs - minutesAgo * minute
  const isErrors = query.includes('status=~')
  return isErrors ? (isBad ? 0.24 : 0.0104) : isBad ? 0.76 : 0.98958333
}

const scenarios = {
  healthy: { answer: degradedSince(0), exitCode: 0 },
  failed: { answer: degradedSince(20), exitCode: 3 },
  inconclusive: { answer: (query: string) => (query.includes('status=~') ? 0.01 : 0.9), exitCode: 4 },
  error: { answer: () => [], exitCode: 3 },
} satisfies Record<string, { answer: World['answer']; exitCode: number }>

describe('a run of the example on history', () => {
  it.each(Object.entries(scenarios))('%s', async (name, { answer, exitCode }) => {
    const at = world({ ...seed, answer })
    const result = await at.run(`${template} --at -30m`)
    await expect(`${result.stderr}---\n${result.stdout}`).toMatchFileSnapshot(
      `../golden/analysis-run/replay-${name}.txt`,
    )
    expect(result.exitCode).toBe(exitCode)
  })

  it.each([
    { name: '80', tty: { columns: 80 } },
    { name: '160', tty: { columns: 160 } },
    { name: '80-color', tty: { columns: 80, color: true } },
    { name: '160-color', tty: { columns: 160, color: true } },
  ])('failed, on a terminal: $name', async ({ name, tty }) => {
    const result = await world({ ...seed, ...scenarios.failed, tty }).run(`${template} --at -30m`)
    await expect(result.stdout).toMatchFileSnapshot(`../golden/analysis-run/failed-${name}.txt`)
    for (const line of result.stdout.replace(/\x1b\[\d+m/g, '').split('\n'))
      expect([...line].length, line).toBeLessThanOrEqual(tty.columns)
  })

  it('is an AnalysisRun with -o yaml', async () => {
    const result = await world({ ...seed, ...scenarios.failed }).run(`${template} --at -30m -o yaml`)
    await expect(result.stdout).toMatchFileSnapshot('../golden/analysis-run/failed.yaml')
  })

  it('is events with -o ndjson, and nothing else on stdout', async () => {
    const result = await world({ ...seed, ...scenarios.inconclusive }).run(`${template} --at -30m -o ndjson`)
    await expect(result.stdout).toMatchFileSnapshot('../golden/analysis-run/inconclusive.ndjson')
    const events = result.stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events.at(-1)).toMatchObject({ type: 'end', outcome: 'no-verdict', exitCode: 4 })
  })

  it.each([
    { format: 'name', prints: /^analysisrun\.argoproj\.io\/success-rate-check-[a-z0-9]{5}\n$/ },
    { format: 'jsonpath={.status.phase}', prints: /^Successful$/ },
    { format: 'custom-columns=PHASE:.status.phase', prints: /^PHASE\nSuccessful\n$/ },
    { format: 'info', prints: /"kind": "AnalysisInfo"/ },
    { format: 'json', prints: /"kind": "AnalysisRun"/ },
  ])('prints -o $format', async ({ format, prints }) => {
    const result = await world({ ...seed, ...scenarios.healthy }).run([
      ...template.split(' '),
      '--at',
      '-30m',
      '-o',
      format,
    ])
    expect(result.stdout).toMatch(prints)
  })

  it('sends as many requests as there are measurements, each for its time', async () => {
    const at = world({ ...seed, ...scenarios.healthy })
    await at.run(`${template} --at 2026-01-02T10:00:00Z`)
    expect(at.http.asked).toHaveLength(12)
    expect([...new Set(at.http.asked.map(each => each.at.slice(11, 16)))]).toEqual([
      '10:00',
      '10:05',
      '10:10',
      '10:15',
      '10:20',
      '10:25',
    ])
    expect(at.clock.now()).toBe(nowMs)
  })

  it('is not over when the history is: 5', async () => {
    const at = world({ ...seed, ...scenarios.healthy })
    const result = await at.run(`${template} --at -12m`)
    expect(result.stdout).toMatch(/◌ Running[\s\S]*the run is not over: what comes after/)
    expect([result.exitCode, at.http.asked.length]).toEqual([5, 6])
  })

  it('asks the Prometheus of the flag', async () => {
    const at = world({ ...seed, ...scenarios.healthy })
    await at.run(`${template} --at -30m --prometheus http://elsewhere.example:9090/prom`)
    expect(at.http.asked[0]?.url).toBe('http://elsewhere.example:9090/prom/api/v1/query')
  })
})

describe('a live run', () => {
  it('goes by the clock and says first when it ends', async () => {
    const at = world({ ...seed, answer: () => 1 })
    const result = await live(at, `${template}`)
    expect(result.stderr.split('\n')[0]).toBe(
      'Measuring success-rate and error-rate of analysistemplate/success-rate-check, as Argo Rollouts 1.9 does. ' +
        'Ends by 2026-01-02T12:25:00Z (25m) at the latest, up to 4m later with errors. ' +
        'Faster: --at -25m (on history), --once, --dry-run.',
    )
    expect(result.exitCode).toBe(3)
    expect(new Set(at.http.asked.map(each => each.at.slice(11, 16)))).toEqual(
      new Set(['12:00', '12:05', '12:10', '12:15']),
    )
  })

  it('redraws a block on a terminal, and takes it away for the result', async () => {
    const at = world({ ...seed, answer: () => 1, tty: { columns: 120 } })
    const result = await live(at, `${template}`)
    expect(result.stderr).toMatch(/success-rate {2}▄ +1 {2}1 of 6 {2}next in 5m/)
    expect(result.stderr.endsWith('\x1b[?25h')).toBe(true)
  })

  it.each([
    { what: 'stops after --max-duration', line: '-f effects.yaml endless --max-duration 150s', exitCode: 6 },
    { what: 'takes an endless metric', line: '-f effects.yaml endless --max-duration 10m', exitCode: 6 },
  ])('$what', async ({ line, exitCode }) => {
    const result = await live(world(), line)
    expect(result.exitCode).toBe(exitCode)
    expect(result.stdout).toMatch(/Run Terminated/)
    expect(result.stderr).toMatch(/forever never ends by itself; stopped after/)
  })

  it('ends with 130 on Ctrl-C, and prints what there is', async () => {
    const at = world()
    const result = await live(at, '-f effects.yaml endless', () => {
      if (at.http.asked.length === 3) at.context.abort(new Error('interrupted'))
    })
    expect(result.exitCode).toBe(130)
    expect(result.stdout).toMatch(/Run Terminated[\s\S]*forever +Successful +3/)
    expect(result.stderr).toMatch(/forever never ends by itself: it needs Ctrl-C or --max-duration/)
  })
})

describe('--once', () => {
  it.each([{ name: 'plain' }, { name: '80-color', tty: { columns: 80, color: true } }])(
    'shows values and verdicts: $name',
    async ({ name, tty }) => {
      const result = await world({ ...seed, ...scenarios.failed, ...(tty ? { tty } : {}) }).run(`${template} --once`)
      await expect(result.stdout).toMatchFileSnapshot(`../golden/analysis-run/once-${name}.txt`)
      expect(result.exitCode).toBe(3)
    },
  )

  it('shows the value at which a condition stops', async () => {
    const result = await world({ ...seed, answer: () => [] }).run(`${template} --once`)
    expect(result.stdout).toMatch(/success-rate +Error +\[\]\n {2}success: result\[0\] >= 0.95 → error/)
  })

  it('asks for a time in the past', async () => {
    const at = world({ ...seed, ...scenarios.failed })
    const result = await at.run(`${template} --once --at -25m`)
    expect(result.exitCode).toBe(0)
    expect(at.http.asked.map(each => each.at)).toEqual(['2026-01-02T11:35:00.000Z', '2026-01-02T11:35:00.000Z'])
  })

  it('prints a document of ours', async () => {
    const result = await world({ ...seed, ...scenarios.healthy }).run(`${template} --once -o json`)
    const document = JSON.parse(result.stdout)
    expect(document).toMatchObject({ kind: 'AnalysisInfo', outcome: 'done' })
    expect(document.metrics[0].measurements[0]).toMatchObject({ value: '[0.98958333]', verdicts: { success: 'true' } })
  })
})

describe('--dry-run', () => {
  it('shows what would be asked, and asks nothing', async () => {
    const at = world({ env: { TOKEN: 's3cret' } })
    const result = await at.run(
      '-f rollout.yaml -f effects.yaml errors secretive post smoke --dry-run --arg service=web --secret-arg token=env:TOKEN'.replace(
        ' post smoke',
        ' effects',
      ),
    )
    await expect(`${result.stderr}---\n${result.stdout}`).toMatchFileSnapshot('../golden/analysis-run/dry-run.txt')
    expect([result.exitCode, at.http.asked]).toEqual([0, []])
  })

  it('prints the AnalysisRun, without its secrets', async () => {
    const at = world({ env: { TOKEN: 's3cret' } })
    const result = await at.run('-f effects.yaml secretive --secret-arg token=env:TOKEN --dry-run -o yaml')
    expect(result.stdout).toMatch(/kind: AnalysisRun/)
    expect(result.stdout + result.stderr).not.toContain('s3cret')
  })
})

describe('where a run comes from', () => {
  const planOf = async (at: ReturnType<typeof world>, line: string) => {
    const result = await at.run(`${line} --dry-run -o info`)
    return { ...result, plan: result.exitCode === 0 ? JSON.parse(result.stdout) : undefined }
  }
  const values = (plan: { args: { name: string; value: string }[] }) =>
    Object.fromEntries(plan.args.map(({ name, value }) => [name, value]))

  it('a step of a Rollout in a file, with what the command line gives in place of what only the cluster knows', async () => {
    const { plan, stderr } = await planOf(world(), '-f rollout.yaml --step 1 --arg canary-hash=abc')
    expect(values(plan)).toEqual({ service: 'checkout', limit: '0.1', 'canary-hash': 'abc' })
    expect(plan.metrics.map((metric: { name: string; dryRun?: true }) => [metric.name, metric.dryRun])).toEqual([
      ['errors', undefined],
      ['latency', true],
    ])
    expect(stderr).toMatch(/warning: argument forgotten of step 1 of rollout\/web is declared by no template/)
  })

  it('asks which analysis of a Rollout is meant', async () => {
    const { exitCode, stderr } = await planOf(world(), '-f rollout.yaml')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /rollout\/web has 2 analyses: say which one\n +--background: errors\n +--step 1: errors, latency/,
    )
  })

  it('the verification of a Stage, with what Kargo would fill in', async () => {
    const at = world()
    const open = await planOf(at, '-f rollout.yaml -f stage.yaml stage/staging')
    expect(open.exitCode).toBe(2)
    expect(open.stderr).toMatch(/Kargo fills in canary-hash[\s\S]*--arg canary-hash=VALUE/)
    expect(open.stderr).not.toMatch(/unused \(/)
    const { plan } = await planOf(at, '-f rollout.yaml -f stage.yaml stage/staging --arg canary-hash=abc')
    expect(values(plan)).toEqual({ service: 'web', limit: '0.1', 'canary-hash': 'abc' })
  })

  const rollout = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web', namespace: 'shop', annotations: { 'rollout.argoproj.io/revision': '7' } },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      strategy: {
        canary: {
          steps: [
            {
              analysis: {
                templates: [{ templateName: 'hashes' }],
                args: [
                  { name: 'new', valueFrom: { podTemplateHashValue: 'Latest' } },
                  { name: 'old', valueFrom: { podTemplateHashValue: 'Stable' } },
                  { name: 'name', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
                  { name: 'replicas', valueFrom: { fieldRef: { fieldPath: 'spec.replicas' } } },
                ],
              },
            },
          ],
        },
      },
      replicas: 3,
    },
    status: { currentPodHash: 'new1', stableRS: 'old1' },
  }
  const hashes = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'hashes', namespace: 'shop' },
    spec: {
      args: [{ name: 'new' }, { name: 'old' }, { name: 'name' }, { name: 'replicas', value: '1' }],
      metrics: [{ name: 'm', provider: { web: { url: 'http://x.example/{{args.new}}' } } }],
    },
  }
  const controller = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'argo-rollouts', namespace: 'argo-rollouts' },
    spec: { template: { spec: { containers: [{ name: 'c', image: 'quay.io/argoproj/argo-rollouts:v1.10.2' }] } } },
  }
  const cluster = { objects: [rollout, hashes, controller] as unknown as KubeObject[] }

  it.each(['--from-rollout web', 'hashes --from-rollout web', 'at/hashes --from-rollout web --step 0', 'rollout/web'])(
    'the cluster: %s',
    async line => {
      const { plan } = await planOf(world(cluster), line)
      expect(values(plan)).toEqual({ new: 'new1', old: 'old1', name: 'web', replicas: '3' })
      expect(plan.controllerVersion).toBe('1.10')
    },
  )

  it('is named and labelled as the controller would', async () => {
    const result = await world(cluster).run('--from-rollout web --dry-run -o json')
    expect(JSON.parse(result.stdout).metadata).toMatchObject({
      name: 'web-new1-7-0',
      namespace: 'shop',
      labels: { app: 'web', 'rollout-type': 'Step', 'step-index': '0', 'rollouts-pod-template-hash': 'new1' },
      annotations: { 'rollout.argoproj.io/revision': '7' },
    })
  })

  it('the flag says whose rules count', async () => {
    const { plan } = await planOf(world(cluster), '--from-rollout web --controller-version 1.9')
    expect(plan.controllerVersion).toBe('1.9')
  })

  it('an AnalysisRun, with other arguments', async () => {
    const run = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'old', namespace: 'shop' },
      spec: { ...hashes.spec, args: hashes.spec.args.map(arg => ({ value: 'was', ...arg })), terminate: true },
    }
    const at = world({ objects: [run as unknown as KubeObject] })
    const { plan } = await planOf(at, 'analysisrun/old --arg new=now')
    expect(values(plan)).toEqual({ new: 'now', old: 'was', name: 'was', replicas: '1' })
    const printed = await at.run('ar/old --dry-run -o json')
    expect(JSON.parse(printed.stdout).spec.terminate).toBeUndefined()
  })

  it('an AnalysisRun of a file that has no name yet', async () => {
    const spec = {
      metrics: hashes.spec.metrics.map(metric => ({ ...metric, provider: { web: { url: 'http://x.example/' } } })),
    }
    const stdin = JSON.stringify({ ...hashes, kind: 'AnalysisRun', metadata: { generateName: 'try-' }, spec })
    const { stdout } = await world({ stdin }).run('-f - --dry-run -o name')
    expect(stdout).toMatch(/^analysisrun\.argoproj\.io\/try-[a-z0-9]{5}\n$/)
  })

  it('the Prometheus that the configuration names for the cluster', async () => {
    const config = temporaryFolder()
    mkdirSync(config.file('kubectl-canary'))
    writeFileSync(
      config.file('kubectl-canary/config.yaml'),
      'apiVersion: kubectl-canary/v1\nkind: Config\nclusters: {here: {context: playground, prometheus: {address: "http://configured.example:1"}}}\n',
    )
    const stdin = JSON.stringify({
      ...hashes,
      spec: { metrics: [{ name: 'm', provider: { prometheus: { query: 'up' } } }] },
    })
    const at = world({ stdin, env: { XDG_CONFIG_HOME: config.path } })
    const { exitCode } = await at.run('-f - --once')
    config.remove()
    expect([exitCode, at.http.asked[0]?.url]).toEqual([0, 'http://configured.example:1/api/v1/query'])
  })

  it('standard input', async () => {
    const stdin = JSON.stringify(hashes)
    const { plan } = await planOf(world({ stdin }), '-f - --arg new=a --arg old=b --arg name=c')
    expect(plan.source).toBe('analysistemplate/hashes')
  })

  it('several templates together', async () => {
    const { plan } = await planOf(world(), '-f rollout.yaml errors cat/latency --arg service=a --arg canary-hash=b')
    expect(plan.source).toBe('analysistemplate/errors + clusteranalysistemplate/latency')
    expect(plan.metrics).toHaveLength(2)
  })
})

describe('secrets', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'web-token', namespace: 'shop' },
    data: { token: Buffer.from('s3cret/token').toString('base64') },
  } as unknown as KubeObject

  it.each([
    { from: 'the cluster', world: { objects: [secret] }, flags: '' },
    { from: 'the environment', world: { env: { TOKEN: 's3cret/token' } }, flags: '--secret-arg token=env:TOKEN' },
  ])('from $from reach the query and no output', async ({ world: given, flags }) => {
    for (const format of ['table', 'ndjson', 'yaml', 'info']) {
      const at = world({
        ...given,
        answer: query => ({
          status: 400,
          body: JSON.stringify({ status: 'error', errorType: 'bad_data', error: `what is ${query}` }),
        }),
      })
      const result = await at.run(`-f effects.yaml secretive ${flags} --at -30m -o ${format}`)
      expect(at.http.asked[0]?.query).toBe('up{token="s3cret/token"}')
      expect(result.stdout + result.stderr).not.toMatch(/s3cret/)
      expect(result.exitCode).toBe(3)
    }
  })

  it('that are missing end the run in the controller’s words', async () => {
    const result = await world().run('-f effects.yaml secretive --at -30m')
    expect(result.exitCode).toBe(3)
    expect(result.stdout).toMatch(/Unable to resolve metric arguments: secrets "web-token" not found/)
  })
})

describe('effects', () => {
  it.each([
    {
      line: 'effects',
      says: /not only read: post sends POST requests; smoke creates a Job\n +--allow-effects/,
      code: 7,
    },
    { line: 'effects --once', says: /not only read/, code: 7 },
    { line: 'effects --at -30m', says: /smoke \(job\): what it starts runs now/, code: 2 },
    { line: 'plugged', says: /sample \(plugin argoproj-labs\/sample\): plugins run in the controller only/, code: 7 },
    { line: 'plugged --allow-effects', says: /plugins run in the controller only/, code: 7 },
  ])('$line is refused', async ({ line, says, code }) => {
    const at = world()
    const result = await at.run(`-f effects.yaml ${line}`)
    expect(result.stderr).toMatch(says)
    expect([result.exitCode, at.http.asked]).toEqual([code, []])
  })
})

describe('what cannot be meant', () => {
  const ok = '-f rollout.yaml errors --arg service=a'
  it.each([
    { line: '', says: /nothing to run: name a template/ },
    {
      line: `${ok} --arg servic=b`,
      says: /--arg servic: no such argument; declared: service, limit\n +did you mean service\?/,
    },
    { line: '-f rollout.yaml errors', says: /argument service has no value[\s\S]*--arg service=VALUE/ },
    { line: `${ok} --arg limit`, says: /--arg needs NAME=VALUE/ },
    { line: `${ok} --arg service=b`, says: /--arg service is given twice/ },
    { line: `${ok} --secret-arg limit=0.5`, says: /--secret-arg limit needs env:VARIABLE or file:PATH/ },
    { line: `${ok} --secret-arg limit=env:NOWHERE`, says: /NOWHERE is not set/ },
    { line: `${ok} --secret-arg limit=file:nowhere`, says: /nowhere: there is no such file/ },
    {
      line: '-f effects.yaml secretive --arg token=x',
      says: /token is a secret, which a plain value does not replace/,
    },
    { line: `${ok} --at tomorrow`, says: /invalid time "tomorrow"/ },
    { line: `${ok} --at 2030-01-01T00:00:00Z`, says: /is in the future/ },
    { line: `${ok} --max-duration 5`, says: /invalid duration "5"/ },
    { line: `${ok} --max-duration 0s`, says: /must be longer than nothing/ },
    { line: `${ok} --once --dry-run`, says: /either --once or --dry-run/ },
    { line: `${ok} --once --max-duration 5m`, says: /--once asks but once/ },
    { line: `${ok} --controller-version two`, says: /invalid --controller-version "two"/ },
    { line: `${ok} --step 1`, says: /--step 1 chooses an analysis of a Rollout/ },
    { line: '-f rollout.yaml rollout/web --step 1 --background', says: /only one of --step, --background/ },
    { line: '-f rollout.yaml rollout/web --step 0', says: /has no analysis for --step 0/ },
    { line: '-f rollout.yaml rollout/web --step -1', says: /--step/ },
    { line: '-f rollout.yaml rollout/web --pre-promotion', says: /has no analysis for --pre-promotion/ },
    { line: '-f rollout.yaml rollout/web --post-promotion', says: /has no analysis for --post-promotion/ },
    { line: '-f rollout.yaml rollout/web errors', says: /only templates can be run together/ },
    { line: '-f rollout.yaml rollout/web --from-rollout web', says: /--from-rollout gives its arguments to templates/ },
    { line: '-f rollout.yaml --step 1', says: /canary-hash is a pod template hash[\s\S]*--from-rollout/ },
    { line: '-f rollout.yaml errors errors', says: /"errors" is named twice/ },
    { line: '-f rollout.yaml pod/errors', says: /of kind Pod, and this command takes/ },
    { line: '-f nowhere.yaml', says: /nowhere\.yaml: there is no such file/ },
    { line: '-f bad', says: /bad\/not-yaml\.yaml:4:1/ },
    { line: `${ok} -o nonsense`, says: /nonsense/ },
    { line: `${ok} --prometheus nonsense --at -5m`, says: /invalid --prometheus "nonsense"/ },
    { line: `${ok} --provider-secret datadog --at -5m`, says: /--provider-secret needs/ },
    { line: `${ok} --allow-effects=maybe`, says: /allow-effects/ },
    { line: '-f bad/not-yaml.yaml', says: /bad\/not-yaml\.yaml:4:1: / },
    { line: '-f bad/no-spec.yaml', says: /bad\/no-spec\.yaml:1:1: spec is missing/ },
    { line: '-f bad/duplicate.yaml', says: /bad\/duplicate\.yaml:6:3: [\s\S]*two metrics have the same name 'rate'/ },
    { line: '-f bad/circle.yaml round', says: /refer to each other in a circle/ },
    { line: '-f bad/only-config.yaml', says: /the files hold no AnalysisTemplate[\s\S]*found: ConfigMap/ },
  ])('$line', async ({ line, says }) => {
    const at = world()
    const result = await at.run(line)
    expect(result.stderr).toMatch(says)
    expect([result.exitCode, result.stdout, at.http.asked]).toEqual([2, '', []])
  })

  it('names every field of a file that has the wrong type, with its place', async () => {
    const result = await world().run('-f bad/types.yaml')
    await expect(result.stderr).toMatchFileSnapshot('../golden/analysis-run/bad-types.txt')
    expect(result.exitCode).toBe(2)
  })

  it.each(['nothing', 'at/nothing', 'cat/nothing', 'rollout/nothing', 'ar/nothing', '--from-rollout nothing'])(
    'does not find %s: 1',
    async line => {
      const result = await world().run(line)
      expect(result.stderr).toMatch(/nothing was not found/)
      expect(result.exitCode).toBe(1)
    },
  )

  it('says what the controller would say of an invalid spec: 3', async () => {
    const result = await world().run('-f bad/invalid-spec.yaml --at -5m')
    expect(result.stdout).toMatch(/Analysis spec invalid: metrics\[0\]: interval must be specified when count > 1/)
    expect(result.exitCode).toBe(3)
  })
})

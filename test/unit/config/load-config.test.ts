import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { originText, pathText } from '../../../src/lib/config/config.ts'
import { type LoadConfigOptions, loadConfig } from '../../../src/lib/config/load-config.ts'
import { Failure } from '../../../src/lib/values/failure.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'canary-config-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const header = 'apiVersion: kubectl-canary/v1\nkind: Config\n'

interface World {
  user?: string
  project?: string
  /** files by path below the temporary folder */
  files?: Record<string, string>
  env?: Record<string, string>
  /** below the temporary folder; default `repo`, which is a git repository */
  workingDirectory?: string
}

function place(world: World) {
  const files = { ...world.files }
  if (world.user !== undefined) files['home/.config/kubectl-canary/config.yaml'] = header + world.user
  if (world.project !== undefined) files['repo/.kubectl-canary.yaml'] = header + world.project
  mkdirSync(join(root, 'repo/.git'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return {
    env: { HOME: join(root, 'home'), ...world.env },
    workingDirectory: join(root, world.workingDirectory ?? 'repo'),
  }
}

const load = (world: World, options?: LoadConfigOptions) => loadConfig(place(world), options)

async function failureOf(world: World, options?: LoadConfigOptions): Promise<Failure> {
  try {
    await load(world, options)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('no failure')
}

describe('what wins', () => {
  it('nothing is set where nothing is', async () => {
    expect(await load({})).toEqual({ config: {}, settings: [], warnings: [] })
  })

  it('flags over environment over project over user', async () => {
    const { config, settings } = await load(
      {
        user: 'namespace: user\noutput: wide\ncolor: never\nreason: user\n',
        project: 'namespace: project\noutput: yaml\ncolor: always\n',
        env: { KUBECTL_CANARY_NAMESPACE: 'env', KUBECTL_CANARY_OUTPUT: 'json' },
      },
      { flags: [{ path: ['namespace'], value: 'flag', origin: { kind: 'flag', flag: '--namespace' } }] },
    )
    expect(config).toEqual({ namespace: 'flag', output: 'json', color: 'always', reason: 'user' })
    expect(settings.map(({ path, origin }) => `${pathText(path)}: ${originText(origin)}`).sort()).toEqual([
      'color: .kubectl-canary.yaml:5',
      'namespace: flag --namespace',
      'output: environment KUBECTL_CANARY_OUTPUT',
      'reason: ~/.config/kubectl-canary/config.yaml:6',
    ])
  })

  it('maps are merged field by field, lists replaced', async () => {
    const { config } = await load({
      user: 'verify: {warmup: 90s, sensitivity: High}\nreport: {format: [html, junit], directory: r}\n',
      project: 'verify: {sensitivity: Low, mustDetect: {errors: 3}}\nreport: {format: [json]}\n',
      env: { KUBECTL_CANARY_VERIFY_MUST_DETECT_LATENCY: '1.5' },
    })
    expect(config).toEqual({
      verify: { warmup: '90s', sensitivity: 'Low', mustDetect: { errors: 3, latency: 1.5 } },
      report: { format: ['json'], directory: 'r' },
    })
  })

  it('names of the user’s own may be anything', async () => {
    const { config, settings } = await load({
      user: 'clusters:\n  https://10.1.2.3:6443: {context: a}\n  __proto__: {context: b}\n',
    })
    expect(Object.keys(config.clusters ?? {})).toEqual(['https://10.1.2.3:6443', '__proto__'])
    expect(({} as { context?: string }).context).toBeUndefined()
    expect(pathText(settings[0]?.path ?? [])).toBe('clusters."https://10.1.2.3:6443".context')
  })
})

describe('which files', () => {
  const project = `${header}namespace: here\n`

  it.each([
    { at: 'the git root from below', files: { 'repo/.kubectl-canary.yaml': project }, in: 'repo/a/b', is: 'here' },
    {
      at: 'the nearest one',
      files: { 'repo/.kubectl-canary.yaml': project, 'repo/a/.kubectl-canary.yaml': `${header}namespace: nearer\n` },
      in: 'repo/a/b',
      is: 'nearer',
    },
    { at: 'not above the git root', files: { '.kubectl-canary.yaml': project }, in: 'repo', is: undefined },
    { at: 'outside git: the working directory', files: { 'x/.kubectl-canary.yaml': project }, in: 'x', is: 'here' },
    { at: 'outside git: no parent', files: { 'x/.kubectl-canary.yaml': project }, in: 'x/y', is: undefined },
    { at: 'XDG_CONFIG_HOME', files: { 'xdg/kubectl-canary/config.yaml': project }, in: 'repo', is: 'here', xdg: true },
    { at: 'an empty file', files: { 'repo/.kubectl-canary.yaml': '# nothing yet\n' }, in: 'repo', is: undefined },
  ])('$at', async ({ files, in: workingDirectory, is, xdg }) => {
    mkdirSync(join(root, workingDirectory), { recursive: true })
    const env: Record<string, string> = xdg ? { XDG_CONFIG_HOME: join(root, 'xdg') } : {}
    expect(
      (await load({ files: { ...files } as unknown as Record<string, string>, workingDirectory, env })).config
        .namespace,
    ).toBe(is)
  })

  it('a folder by that name is none', async () => {
    mkdirSync(join(root, 'repo/.kubectl-canary.yaml'), { recursive: true })
    expect((await load({})).config).toEqual({})
  })
})

describe('what is refused, and where', () => {
  it.each([
    {
      user: 'namespce: x\n',
      says: ['~/.config/kubectl-canary/config.yaml:3:1: unknown field "namespce", did you mean "namespace"?'],
    },
    { user: 'verify:\n  warmpu: 90s\n', says: [':4:3: unknown field "warmpu" in verify, did you mean "warmup"?'] },
    { user: 'namespace: 7\n', says: [':3:12: namespace must be a text, not a whole number'] },
    { user: 'event: "yes"\n', says: [':3:8: event must be true or false, not a text'] },
    { user: 'color: nevr\n', says: ['color must be one of auto, always, never, not "nevr", did you mean never?'] },
    { user: 'verify: {warmup: 90}\n', says: [':3:18: verify.warmup must be a text, not a whole number'] },
    { user: 'verify: {warmup: 90 s}\n', says: ['verify.warmup is not understood: "90 s", as in 90s or 5m or 1h30m'] },
    { user: 'protectedContexts: prod\n', says: [':3:20: protectedContexts must be a list, not a text'] },
    { user: 'report: {format: [html, pdf]}\n', says: [':3:25: report.format[1] must be one of json,'] },
    { user: 'verify: {mustDetect: {errors: 0.5}}\n', says: ['verify.mustDetect.errors must be at least 1, not 0.5'] },
    { user: 'namespace:\n', says: ['namespace must be a text, not empty'] },
    { user: 'a: 1\nb: 2\n', says: [':3:1: unknown field "a"', ':4:1: unknown field "b"'] },
    { user: 'namespace: x\nnamespace: y\n', says: [':4:1: Map keys must be unique'] },
    { user: 'namespace: [x\n', says: [/config\.yaml:\d+:\d+: /] },
    { user: '---\na: 1\n', says: [':3:1: one document is expected, and a second one begins here'] },
    {
      files: { 'home/.config/kubectl-canary/config.yaml': 'namespace: x\n' },
      says: [
        ':1:1: missing field apiVersion (write apiVersion: kubectl-canary/v1)',
        'missing field kind (write kind: Config)',
      ],
    },
    { files: { 'home/.config/kubectl-canary/config.yaml': '- a\n' }, says: ['the document must be a map, not a list'] },
    {
      files: { 'home/.config/kubectl-canary/config.yaml': 'apiVersion: v2\nkind: Config\n' },
      says: [':1:13: apiVersion must be kubectl-canary/v1, not v2'],
    },
    { env: { KUBECTL_CANARY_EVENT: 'maybe' }, says: ['KUBECTL_CANARY_EVENT must be true or false, not a text'] },
    { env: { KUBECTL_CANARY_REPORT_FORMAT: 'html,pdf' }, says: ['KUBECTL_CANARY_REPORT_FORMAT must be one of'] },
  ] as (World & { says: (string | RegExp)[] })[])('$says', async ({ says, ...world }) => {
    const failure = await failureOf(world)
    expect(failure.outcome).toBe('usage')
    for (const text of says) expect(failure.message).toMatch(text instanceof RegExp ? text : new RegExp(escaped(text)))
  })

  it('aliases that multiply', async () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
    for (let index = 0; index < 8; index++) {
      const name = String.fromCharCode(98 + index)
      const before = String.fromCharCode(97 + index)
      lines.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`)
    }
    expect((await failureOf({ user: `${lines.join('\n')}\n` })).message).toContain('more than 100000 values')
  })
})

describe('a project’s file is not trusted', () => {
  it.each([
    { project: 'context: prod\n', says: ':3:1: a project’s file may not set a context: context' },
    { project: 'protectedContexts: []\n', says: 'may not set which contexts are protected' },
    { project: 'clusters: {x: {context: y}}\n', says: 'may not set clusters, addresses and credentials' },
    { project: 'links: {grafana: "https://evil.example"}\n', says: 'may not set links' },
    { project: 'readOnly: false\n', says: 'may not lift readOnly' },
    { project: 'report: {directory: /etc}\n', says: 'must be a relative path inside the project' },
    { project: 'report: {directory: a/../../b}\n', says: 'must be a relative path inside the project' },
    { project: 'report: {directory: ~/b}\n', says: 'must be a relative path inside the project' },
  ])('$project', async ({ project, says }) => {
    const failure = await failureOf({ project })
    expect(failure.message).toContain(says)
    expect(failure.hints.join()).toContain('--trust-file')
    await expect(load({ project }, { trustProject: true })).resolves.toBeDefined()
  })

  it('the user’s own file may say all of it', async () => {
    const user = 'context: a\nprotectedContexts: [p]\nclusters: {x: {context: y}}\nlinks: {g: h}\nreadOnly: false\n'
    expect((await load({ user })).config.protectedContexts).toEqual(['p'])
  })

  it('may turn readOnly on and choose a folder of its own', async () => {
    const { config } = await load({ project: 'readOnly: true\nreport: {directory: out/reports}\n' })
    expect(config).toEqual({ readOnly: true, report: { directory: 'out/reports' } })
  })
})

it('warns of variables that set nothing', async () => {
  const { warnings } = await load({ env: { KUBECTL_CANARY_NAMSPACE: 'x', KUBECTL_CANARY_QQQQQQQ: 'y' } })
  expect(warnings).toEqual([
    'KUBECTL_CANARY_NAMSPACE sets nothing, did you mean KUBECTL_CANARY_NAMESPACE?',
    'KUBECTL_CANARY_QQQQQQQ sets nothing',
  ])
})

const escaped = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')

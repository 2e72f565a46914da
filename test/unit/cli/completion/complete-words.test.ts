import { describe, expect, it } from 'vitest'
import { completeWords } from '../../../../src/lib/cli/completion/complete-words.ts'
import type {
  Completion,
  CompletionFlag,
  CompletionTable,
} from '../../../../src/lib/cli/completion/completion-command.ts'

const namespace: CompletionFlag = { name: 'namespace', char: 'n', kind: 'string', summary: 'namespace to work in' }
const watch: CompletionFlag = { name: 'watch', char: 'w', kind: 'boolean', summary: 'keep watching' }
const output: CompletionFlag = { name: 'output', char: 'o', kind: 'string', summary: 'format' }
const table: CompletionTable = {
  globalFlags: [
    namespace,
    { name: 'context', kind: 'string', summary: 'kubeconfig context' },
    { name: 'kubeconfig', kind: 'string', summary: 'kubeconfig file' },
    { name: 'cache-dir', kind: 'string', summary: 'folder' },
    { name: 'as-group', kind: 'string', repeatable: 'each', summary: 'group' },
    { name: 'color', kind: 'optional-value', choices: ['auto', 'always', 'never'], summary: 'colour' },
  ],
  topics: { rollout: 'rollouts', config: 'settings' },
  commands: {
    'rollout:list': { summary: 'List', args: [], flags: [watch, output] },
    'rollout:get': { summary: 'Get', args: [{ name: 'name' }], flags: [watch, output], isVariadic: true },
    'rollout:promote': {
      summary: 'Promote',
      args: [{ name: 'name' }],
      isVariadic: true,
      flags: [
        { name: 'wait', kind: 'optional-value', defaultWhenBare: 'default', summary: 'wait' },
        { name: 'dry-run', kind: 'optional-value', choices: ['none', 'client', 'server'], summary: 'dry run' },
        { name: 'secret', kind: 'boolean', summary: 'hidden', isHidden: true },
      ],
    },
    'rollout:set-image': { summary: 'Image', args: [{ name: 'name' }, { name: 'container=image' }], flags: [] },
    'rollout:debug': { summary: 'Hidden', args: [], flags: [], isHidden: true },
    'config:schema': { summary: 'Schema', args: [{ name: 'kind', choices: ['Config', 'Verification'] }], flags: [] },
    verify: { summary: 'Verify', args: [{ name: 'name' }], flags: [] },
    'verify:init': { summary: 'Init', args: [], flags: [] },
    version: { summary: 'Version', args: [], flags: [] },
  },
}

/** `a b|` is a line with the cursor behind b, `a b |` one where a new word begins. */
function complete(line: string): Completion {
  return completeWords(line.split(' '), table)
}
const values = (completion: Completion) =>
  completion.kind === 'candidates' ? completion.candidates.map(({ value }) => value) : completion.source

describe('words', () => {
  it.each([
    { line: '', are: ['config', 'rollout', 'verify', 'version'] },
    { line: 've', are: ['verify', 'version'] },
    { line: 'rollout ', are: ['get', 'list', 'promote', 'set-image'] },
    { line: 'rollout p', are: ['promote'] },
    { line: '-n loans rollout l', are: ['list'] },
    { line: 'rollout -n loans l', are: ['list'] },
    { line: 'rollout nonsense ', are: [] },
    { line: 'nonsense', are: [] },
    { line: 'rollout list ', are: [] },
    { line: 'config schema ', are: ['Config', 'Verification'] },
    { line: 'config schema V', are: ['Verification'] },
    { line: 'config schema Config ', are: [] },
    { line: 'verify i', are: 'rollouts' },
    { line: 'rollout set-image web x', are: [] },
  ])('$line', ({ line, are }) => expect(values(complete(line))).toEqual(are))

  it('come with their summaries', () => {
    expect(complete('rollout')).toEqual({
      kind: 'candidates',
      candidates: [{ value: 'rollout', description: 'rollouts' }],
      directive: 4,
    })
  })
})

describe('flags', () => {
  it.each([
    { line: 'rollout list --w', are: ['--watch'], directive: 4 },
    { line: 'rollout list --', are: expect.arrayContaining(['--watch', '--namespace']), directive: 4 },
    { line: 'rollout list -', are: expect.arrayContaining(['-w', '--watch', '-n']), directive: 4 },
    { line: 'rollout list -w --w', are: [], directive: 4 },
    { line: 'rollout list --as-group=x --as-', are: ['--as-group'], directive: 4 },
    { line: 'rollout promote --dry', are: ['--dry-run='], directive: 6 },
    { line: 'rollout promote --wa', are: ['--wait'], directive: 4 },
    { line: 'rollout promote --sec', are: [], directive: 4 },
    { line: '--name', are: ['--namespace'], directive: 4 },
    { line: 'rollout list -- --w', are: [], directive: 4 },
  ])('$line', ({ line, are, directive }) => {
    const completion = complete(line)
    expect(values(completion)).toEqual(are)
    expect(completion).toMatchObject({ directive })
  })
})

describe('values of flags', () => {
  it.each([
    { line: 'rollout list -n ', are: 'namespaces' },
    { line: 'rollout list --namespace lo', are: 'namespaces' },
    { line: 'rollout list --namespace=lo', are: 'namespaces' },
    { line: 'rollout list -n=lo', are: 'namespaces' },
    { line: 'rollout list -wn ', are: 'namespaces' },
    { line: '-n ', are: 'namespaces' },
    { line: 'rollout list --context ', are: 'contexts' },
    { line: 'rollout list --color=', are: ['auto', 'always', 'never'] },
    { line: 'rollout list --color=n', are: ['never'] },
    { line: 'rollout list --color ', are: [] },
    { line: 'rollout promote --dry-run=', are: ['none', 'client', 'server'] },
    { line: 'rollout promote --wait=h', are: ['healthy'] },
    { line: 'rollout list --watch=', are: ['true', 'false'] },
    { line: 'rollout list -o j', are: ['json', 'jsonpath=', 'jsonpath-as-json='] },
    { line: 'rollout list --nonsense=', are: [] },
  ])('$line', ({ line, are }) => expect(values(complete(line))).toEqual(are))

  it.each([
    { line: 'rollout list -o custom', directive: 6 },
    { line: 'rollout list -o y', directive: 4 },
    { line: 'rollout list --kubeconfig ', directive: 0 },
    { line: 'rollout list --kubeconfig=', directive: 0 },
    { line: 'rollout list --cache-dir ', directive: 16 },
  ])('$line is completed with $directive', ({ line, directive }) => expect(complete(line)).toMatchObject({ directive }))
})

describe('names', () => {
  it.each([
    { line: 'rollout get ', is: { before: '', startsWith: '', except: [] } },
    { line: 'rollout get we', is: { before: '', startsWith: 'we', except: [] } },
    { line: 'rollout get web api ', is: { except: ['web', 'api'] } },
    { line: 'rollout get rollout/web ro/', is: { before: 'ro/', startsWith: '', except: ['web'] } },
    { line: 'rollout get -w -- -', is: { startsWith: '-' } },
    { line: 'rollout get -n loans --context=prod w', is: { flags: { namespace: ['loans'], context: ['prod'] } } },
    { line: 'verify rollout/i', is: { before: 'rollout/', startsWith: 'i' } },
  ])('$line', ({ line, is }) => expect(complete(line)).toMatchObject({ kind: 'fetch', source: 'rollouts', ...is }))

  it('a deployment is none', () => {
    expect(complete('rollout get deployment/w')).toMatchObject({ before: '', startsWith: 'deployment/w' })
  })
})

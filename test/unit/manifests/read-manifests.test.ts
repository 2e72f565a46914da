import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseManifests, positionOf, positionText, readManifests } from '../../../src/lib/manifests/read-manifests.ts'
import { fakeContext } from '../../fakes/context.ts'

const template = (name: string) => `kind: AnalysisTemplate\nmetadata: {name: ${name}}\nspec:\n  metrics:\n  - name: m\n`

describe('manifests', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'manifests-'))
    mkdirSync(join(folder, 'below'))
    mkdirSync(join(folder, 'empty'))
    writeFileSync(join(folder, 'b.yaml'), `${template('b1')}---\n---\n${template('b2')}`)
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ kind: 'List', items: [{ kind: 'Rollout' }, { kind: 'X' }] }))
    writeFileSync(join(folder, 'notes.txt'), 'not: [a, manifest')
    writeFileSync(join(folder, 'below', 'c.yml'), template('c'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const read = (paths: string[], recursive = false, stdin = '') =>
    readManifests(paths, { recursive }, fakeContext({ workingDirectory: folder, stdin }))

  it('of a directory come by name, lists and documents one by one', async () => {
    const manifests = await read(['.'])
    expect(manifests.map(({ object, file }) => [file.name, object.kind, object.metadata.name])).toEqual([
      ['a.json', 'Rollout', undefined],
      ['a.json', 'X', undefined],
      ['b.yaml', 'AnalysisTemplate', 'b1'],
      ['b.yaml', 'AnalysisTemplate', 'b2'],
    ])
  })

  it('of subdirectories come with -R', async () => {
    const names = (await read(['.'], true)).map(({ object }) => object.metadata.name)
    expect(names).toContain('c')
  })

  it('know where their fields stand', async () => {
    const [, second] = await read(['b.yaml'])
    if (!second) throw new Error('two documents')
    expect(positionText(positionOf(second, ['spec', 'metrics', 0, 'name']))).toBe('b.yaml:12:11')
    expect(positionText(positionOf(second, ['spec', 'metrics', 0, 'missing']))).toBe('b.yaml:12:5')
    const [item] = await parseManifests('kind: List\nitems:\n- kind: A\n  spec: {x: 1}\n', 'l.yaml')
    if (!item) throw new Error('an item')
    expect(positionText(positionOf(item, ['spec', 'x']))).toBe('l.yaml:4:13')
  })

  it('are read from standard input', async () => {
    expect((await read(['-'], false, template('s'))).map(({ file }) => file.name)).toEqual(['<stdin>'])
  })

  it.each([
    ['missing.yaml', 'missing.yaml: there is no such file'],
    ['empty', 'empty: no .yaml, .yml or .json file in this directory'],
    ['notes.txt', 'notes.txt:1:'],
  ])('%s is refused: %s', async (path, message) => {
    await expect(read([path])).rejects.toMatchObject({ outcome: 'usage', message: expect.stringContaining(message) })
  })

  it.each([
    ['- a\n- b\n', 'f.yaml:1:1: a Kubernetes object is expected here'],
    ['apiVersion: v1\n', 'f.yaml:1:1: an object without a kind'],
    ['kind: List\nitems: [1]\n', 'f.yaml:2:9: items[0] is no object'],
  ])('%j says what is wrong where', async (text, message) => {
    await expect(parseManifests(text, 'f.yaml')).rejects.toMatchObject({ outcome: 'usage', message })
  })
})

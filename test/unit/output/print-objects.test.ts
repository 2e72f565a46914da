import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/lib/context/kube-object.ts'
import { parseOutputFormat } from '../../../src/lib/output/output-format.ts'
import {
  createObjectPrinter,
  type ObjectPrinterOptions,
  type WatchEventType,
} from '../../../src/lib/output/print-objects.ts'
import { fakeContext } from '../../fakes/context.ts'

interface Rollouts {
  items: KubeObject[]
  events: { type: WatchEventType; object: KubeObject }[]
}

/** What `kubectl get rollouts ARGS` printed for the rollouts of rollouts.json, and for its two events with `-w`. */
const observed: { args: string[]; stdout: string }[] = JSON.parse(
  readFileSync('test/fixtures/output/kubectl-get.json', 'utf8'),
)
const { items, events }: Rollouts = JSON.parse(readFileSync('test/fixtures/output/rollouts.json', 'utf8'))

async function printed(args: readonly string[]): Promise<string> {
  const flag = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined)
  const sortBy = flag('--sort-by')
  const options: ObjectPrinterOptions = {
    noHeaders: args.includes('--no-headers'),
    // kubectl forgets to take managedFields out of watch events; ours are asked for them to compare the rest
    showManagedFields: args.includes('--show-managed-fields') || args.includes('--output-watch-events'),
    watchEvents: args.includes('--output-watch-events'),
    ...(sortBy === undefined ? {} : { sortBy }),
  }
  const context = fakeContext()
  const printer = await createObjectPrinter(parseOutputFormat(flag('-o')), options, context)
  const names = args.filter(arg => /^[abc]$/.test(arg))
  const found = args.includes('none')
    ? []
    : items.filter(item => names.length === 0 || names.includes(item.metadata.name))
  if (args.includes('-w')) {
    for (const object of found) printer.printEvent('ADDED', object)
    for (const { type, object } of events) printer.printEvent(type, object)
  } else if (names.length === 1 && found[0] !== undefined) printer.printObject(found[0])
  else printer.printList(found)
  return context.stdout.text
}

/** kubectl fits the columns of the first page of a watch together; ours come one at a time. */
const isColumnsOfWatch = (args: readonly string[]) =>
  args.includes('-w') && args.some(arg => arg.startsWith('custom-columns'))

describe('as kubectl prints', () => {
  it.each(observed.filter(({ args }) => !isColumnsOfWatch(args)))('get rollouts $args', async ({ args, stdout }) => {
    expect(await printed(args)).toBe(stdout)
  })

  it.each(observed.filter(({ args }) => isColumnsOfWatch(args)))('get rollouts $args', async ({ args, stdout }) => {
    const cells = (text: string) => text.split('\n').map(line => line.split(/ {2,}/))
    expect(cells(await printed(args))).toEqual(cells(stdout))
  })
})

describe('ours', () => {
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { b: '1', a: '2' } } }

  async function print(format: string, value: object, options: ObjectPrinterOptions = {}, tty = false) {
    const context = fakeContext({ tty })
    const printer = await createObjectPrinter(parseOutputFormat(format), options, context)
    printer.printObject(value)
    return context.stdout.text
  }

  it.each([
    { format: 'ndjson', is: '{"apiVersion":"v1","kind":"Pod","metadata":{"labels":{"a":"2","b":"1"},"name":"p"}}\n' },
    { format: 'name', is: 'pod/p\n' },
    { format: 'jsonpath=.metadata.name', is: 'p' },
    { format: 'jsonpath=text', is: 'text' },
    { format: 'JSON', is: /^\{\n {4}"apiVersion"/ },
    { format: 'kyaml', is: /^---\n\{\n {2}apiVersion: "v1",\n/ },
  ])('$format', async ({ format, is }) => {
    const text = await print(format, object)
    if (typeof is === 'string') expect(text).toBe(is)
    else expect(text).toMatch(is)
  })

  it('info keeps the order of our fields', async () => {
    expect(await print('info', { kind: 'RolloutInfo', apiVersion: 'x' })).toBe(
      '{\n    "kind": "RolloutInfo",\n    "apiVersion": "x"\n}\n',
    )
  })

  it('takes managedFields out without touching the object', async () => {
    const managed = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: 'x' }] } }
    expect(await print('json', managed)).not.toContain('managedFields')
    expect(await print('json', managed, { showManagedFields: true })).toContain('managedFields')
    expect(await print('jsonpath={.metadata.managedFields[0].manager}', managed)).toBe('x')
    expect(managed.metadata.managedFields).toHaveLength(1)
  })

  it('a terminal gets nothing that it would obey, a pipe every byte', async () => {
    const evil = { ...object, metadata: { name: 'a\x1b[31mb\u009b1m\u202ec' } }
    expect(await print('jsonpath={.metadata.name}', evil, {}, true)).toBe('abc')
    expect(await print('jsonpath={.metadata.name}', evil)).toBe(evil.metadata.name)
    expect(await print('custom-columns=N:.metadata.name', evil)).toBe('N\nabc\n')
    const json = await print('json', evil, {}, true)
    expect(json).not.toMatch(/[\x1b\x9b\u202e]/)
    expect(JSON.parse(json)).toEqual(evil)
  })

  it('templates come from files too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'))
    try {
      await writeFile(join(folder, 'path.txt'), '{.metadata.name}{"!"}')
      await writeFile(join(folder, 'columns.txt'), 'NAME  KIND\nmetadata.name  {.kind}\n')
      const context = fakeContext({ workingDirectory: folder })
      for (const format of ['jsonpath-file=path.txt', 'custom-columns-file=columns.txt'])
        (await createObjectPrinter(parseOutputFormat(format), {}, context)).printObject(object)
      expect(context.stdout.text).toBe('p!NAME   KIND\np      Pod\n')
      await expect(createObjectPrinter(parseOutputFormat('jsonpath-file=nowhere'), {}, context)).rejects.toThrow(
        'cannot read the template file nowhere: no such file',
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('a missing key is an error when asked', async () => {
    await expect(print('jsonpath={.x}', object, { allowMissingTemplateKeys: false })).rejects.toThrow(
      'error executing jsonpath {.x}: x is not found',
    )
    expect(await print('jsonpath={.x}', object)).toBe('')
  })
})

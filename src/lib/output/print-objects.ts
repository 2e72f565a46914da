import type { Context, Output } from '../context/context.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { Failure } from '../values/failure.ts'
import { goJson } from '../values/go-json.ts'
import { parseJsonPath } from '../values/jsonpath/parse-jsonpath.ts'
import { evaluateJsonPath } from '../values/jsonpath/print-jsonpath.ts'
import { relaxedJsonPath } from '../values/jsonpath/relaxed-jsonpath.ts'
import { safeLines } from '../values/safe-text.ts'
import { CustomColumnsTable, parseCustomColumns, parseCustomColumnsFile } from './custom-columns.ts'
import { toKyaml } from './kyaml.ts'
import { objectName } from './name.ts'
import type { OutputFormat, Template } from './output-format.ts'
import { sortedBy } from './sort-by.ts'
import { toYaml } from './yaml.ts'

export interface ObjectPrinterOptions {
  /** default: the context's stdout */
  output?: Output
  /** for custom columns */
  noHeaders?: boolean
  /** kept in json, yaml and kyaml only then */
  showManagedFields?: boolean
  /** default true, as in kubectl */
  allowMissingTemplateKeys?: boolean
  /** a JSONPath; orders lists */
  sortBy?: string
  /** watch events as `{type, object}` */
  watchEvents?: boolean
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED'

/** Prints Kubernetes objects, or documents of ours, in the form that `-o` asked for. */
export interface ObjectPrinter {
  /** One object by itself: what `get NAME` prints. */
  printObject(object: object): void
  /** Several objects, or any number that a selection found: a `List` where the form has one. */
  printList(objects: readonly object[]): void
  /** One change of a watch: a document of its own. */
  printEvent(type: WatchEventType, object: object): void
}

type Encode = (value: unknown) => string

/**
 * The printer for json, yaml, kyaml, name, ndjson, jsonpath and custom columns, byte for byte as kubectl prints them;
 * `info` prints a document of ours as JSON with its fields in our order. Tables are the views' business.
 *
 * @throws Failure `usage` for an unreadable template or template file
 */
export async function createObjectPrinter(
  format: OutputFormat,
  options: ObjectPrinterOptions,
  context: Context,
): Promise<ObjectPrinter> {
  const output = options.output ?? context.stdout
  const encode = await encoderFor(format, options, context)
  const isStructured = ['json', 'yaml', 'kyaml', 'ndjson'].includes(format.name)
  const hidesManagedFields = isStructured && options.showManagedFields !== true
  const shown = (object: object): object => (hidesManagedFields ? withoutManagedFields(object) : object)
  const write = (text: string): void => output.write(output.isTerminal ? forTerminal(text, format) : text)
  return {
    printObject: object => write(encode.object(shown(object))),
    printList: objects => {
      const ordered = options.sortBy === undefined ? objects : sortedBy(objects, options.sortBy)
      write(encode.list(ordered.map(shown)))
    },
    printEvent: (type, object) =>
      write(options.watchEvents ? encode.event(type, shown(object)) : encode.object(shown(object))),
  }
}

interface Encoder {
  object(object: object): string
  list(objects: readonly object[]): string
  event(type: WatchEventType, object: object): string
}

async function encoderFor(format: OutputFormat, options: ObjectPrinterOptions, context: Context): Promise<Encoder> {
  switch (format.name) {
    case 'json':
      // kubectl writes a watch event on one line, type first, and everything else indented
      return { ...documents(value => `${goJson(value, 4)}\n`), event: eventLine }
    case 'info':
      return { ...documents(value => `${JSON.stringify(value, null, 4)}\n`), event: eventLine }
    case 'yaml':
      return separated(documents(toYaml))
    case 'kyaml':
      return documents(toKyaml)
    case 'ndjson':
      return lines(value => `${goJson(value)}\n`, eventLine)
    case 'name':
      return lines(
        object => `${objectName(object)}\n`,
        (_, object) => `${objectName(object as KubeObject)}\n`,
      )
    case 'jsonpath':
    case 'jsonpath-as-json':
      return documents(await jsonPathEncoder(format, options, context))
    case 'custom-columns':
      return columns(await columnsFrom(format.template, context), options)
    case 'table':
    case 'wide':
      throw new Error(`${format.name} is drawn by a view`)
  }
}

/** One document per object; several objects in a `List`, as kubectl wraps them (get.go printGeneric). */
function documents(encode: Encode): Encoder {
  return {
    object: encode,
    list: items => encode({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }),
    event: (type, object) => encode({ object, type }),
  }
}

/** YAML documents after the first begin with `---`. */
function separated(encoder: Encoder): Encoder {
  let isFirst = true
  const next = (text: string): string => {
    const separator = isFirst ? '' : '---\n'
    isFirst = false
    return separator + text
  }
  return {
    object: object => next(encoder.object(object)),
    list: objects => next(encoder.list(objects)),
    event: (type, object) => next(encoder.event(type, object)),
  }
}

function lines(line: (object: KubeObject) => string, event: Encoder['event']): Encoder {
  return {
    object: object => line(object as KubeObject),
    list: objects => objects.map(object => line(object as KubeObject)).join(''),
    event,
  }
}

const eventLine: Encoder['event'] = (type, object) => `{"type":"${type}","object":${goJson(object)}}\n`

async function jsonPathEncoder(
  format: OutputFormat & { template: Template },
  options: ObjectPrinterOptions,
  context: Context,
): Promise<Encode> {
  const template = await templateText(format.template, context)
  // kubectl prints a bare `.metadata.name` as text, which nobody wants
  const path = parseJsonPath(/^\.[^{}\s]+$/.test(template) ? relaxedJsonPath(template) : template)
  const asJson = format.name === 'jsonpath-as-json'
  const allowMissingKeys = options.allowMissingTemplateKeys ?? true
  return object => evaluateJsonPath(path, object, { allowMissingKeys, asJson })
}

function columns(parsed: ReturnType<typeof parseCustomColumns>, options: ObjectPrinterOptions): Encoder {
  const table = new CustomColumnsTable(parsed, { noHeaders: options.noHeaders ?? false })
  return {
    object: object => table.rows([object]),
    list: objects => table.rows(objects),
    event: (type, object) => table.rows([{ object, type }]),
  }
}

async function columnsFrom(template: Template, context: Context) {
  const text = await templateText(template, context)
  return 'file' in template ? parseCustomColumnsFile(text) : parseCustomColumns(text)
}

async function templateText(template: Template, context: Context): Promise<string> {
  if ('text' in template) return template.text
  const [{ readFile }, { resolve }] = await Promise.all([import('node:fs/promises'), import('node:path')])
  try {
    return await readFile(resolve(context.workingDirectory, template.file), 'utf8')
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'no such file' : String(error)
    throw new Failure('usage', `cannot read the template file ${template.file}: ${why}`, {
      reason: 'InvalidOutput',
      cause: error,
    })
  }
}

function withoutManagedFields(object: object): object {
  const { metadata } = object as Partial<KubeObject>
  if (metadata?.managedFields === undefined) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}

/**
 * JSON keeps its value when the letters that a terminal might obey are written as escapes; the other forms lose them.
 * A file or pipe gets every byte.
 */
function forTerminal(text: string, format: OutputFormat): string {
  if (format.name === 'custom-columns') return text
  if (['json', 'ndjson', 'info', 'jsonpath-as-json'].includes(format.name))
    return text.replace(
      /[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
      letter => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
  return text.split('\t').map(safeLines).join('\t')
}

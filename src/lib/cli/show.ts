import type { Context } from '../context/context.ts'
import { type FormatName, isObjectFormat, type OutputFormat, parseOutputFormat } from '../output/output-format.ts'
import type { ObjectPrinterOptions } from '../output/print-objects.ts'

/** The output flags of a command as they were parsed (cli/flags.ts `outputFlags`, `sortFlag`, `watchFlags`). */
export interface OutputChoice {
  output?: string | undefined
  'no-headers'?: boolean
  'show-managed-fields'?: boolean
  'allow-missing-template-keys'?: boolean
  'sort-by'?: string | undefined
  'output-watch-events'?: boolean
}

/** One result in the three forms that -o can ask for; only the one that is asked for is made. */
export interface Shown {
  /** the API's object, or several as they were listed */
  object: () => object | readonly object[]
  /** our document, for `-o info` (and json and yaml of commands that have no object) */
  info: () => object
  /** text for people, its line end included */
  view: (format: OutputFormat) => string
}

/**
 * Prints a result in the form that -o asks for.
 *
 * @throws Failure `usage` for a format that is not in `allowed`
 */
export async function show(
  shown: Shown,
  flags: OutputChoice,
  context: Context,
  allowed?: readonly FormatName[],
): Promise<void> {
  const format = parseOutputFormat(flags.output, allowed)
  if (format.name === 'table' || format.name === 'wide') return context.stdout.write(shown.view(format))
  const { createObjectPrinter } = await import('../output/print-objects.ts')
  const printer = await createObjectPrinter(format, printerOptions(flags), context)
  const value = isObjectFormat(format) ? shown.object() : shown.info()
  if (Array.isArray(value)) printer.printList(value)
  else printer.printObject(value)
}

/** The formats of a command whose result is a document of ours and no object of the API. */
export const documentFormats: readonly FormatName[] = [
  'table',
  'wide',
  'json',
  'yaml',
  'kyaml',
  'info',
  'jsonpath',
  'jsonpath-as-json',
]

export function printerOptions(flags: OutputChoice): ObjectPrinterOptions {
  return {
    noHeaders: flags['no-headers'] ?? false,
    showManagedFields: flags['show-managed-fields'] ?? false,
    allowMissingTemplateKeys: flags['allow-missing-template-keys'] ?? true,
    watchEvents: flags['output-watch-events'] ?? false,
    ...(flags['sort-by'] === undefined ? {} : { sortBy: flags['sort-by'] }),
  }
}

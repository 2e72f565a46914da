import type { Context } from '../context/context.ts'
import type { ResourceType } from '../context/kube-client.ts'
import type { KubeObject } from '../context/kube-object.ts'
import { parseSelector } from '../kube/selectors.ts'
import { Failure, usage } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { parseResourceArg } from './resource-arg.ts'

export interface TargetFlags {
  selector?: string | undefined
  'all-namespaces'?: boolean
  yes?: boolean
}

/**
 * Names of the objects that a write is for: those given (`NAME`, `TYPE/NAME`), or those that `-l` selects, which are
 * listed on stderr and need `--yes`. Writing in all namespaces at once is never meant.
 *
 * @throws Failure `usage` for no name, a name twice, names beside a selector, `-A`; `refused` for `-l` without `--yes`
 */
export async function targetNames(
  texts: readonly string[],
  type: ResourceType,
  flags: TargetFlags,
  context: Context,
): Promise<string[]> {
  const word = type.kind.toLowerCase()
  if (flags['all-namespaces']) {
    throw usage('a command that changes something does not take --all-namespaces (-A)', {
      reason: 'InvalidFlag',
      hints: ['Name the namespace with -n, and run it once for each'],
    })
  }
  if (flags.selector === undefined) return givenNames(texts, type)
  if (texts.length > 0) throw usage(`either names or --selector (-l), not both`, { reason: 'InvalidFlag' })
  parseSelector(flags.selector)
  const client = await context.kube()
  const { items } = await client.list<KubeObject>(type, { labelSelector: flags.selector })
  const names = items.map(item => item.metadata.name)
  if (names.length === 0) {
    context.stderr.write(`No resources found in ${safeText(client.namespace)} namespace.\n`)
    return []
  }
  const list = names.map(name => `  ${word} ${safeText(`${client.namespace}/${name}`)}\n`).join('')
  context.stderr.write(`Selected:\n${list}`)
  if (flags.yes) return names
  const [count, need] = names.length === 1 ? [`the ${word}`, 'needs'] : [`the ${names.length} ${word}s`, 'need']
  throw new Failure('refused', `${count} that -l selects ${need} --yes: nothing was changed`, { reason: 'NeedsYes' })
}

/** @throws Failure `usage` for no name and for a name twice */
export function givenNames(texts: readonly string[], type: ResourceType): string[] {
  if (texts.length === 0) {
    throw usage(`no ${type.kind.toLowerCase()} is named`, { reason: 'MissingArgument' })
  }
  const names = texts.map(text => parseResourceArg(text, [type]).name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw usage(`${JSON.stringify(twice)} is named twice`, { reason: 'InvalidArgument' })
  return names
}

import type { ResourceType } from '../context/kube-client.ts'
import { usage } from '../values/failure.ts'
import { givenNames } from './names.ts'

/** The one name that a command takes. @throws Failure `usage` for none or several */
export function singleName(texts: readonly string[], type: ResourceType): string {
  const [name = '', ...others] = givenNames(texts, type)
  if (others.length > 0) {
    throw usage(`one ${type.kind.toLowerCase()} at a time can be watched or shown here`, { reason: 'InvalidArgument' })
  }
  return name
}

import type { KubeClient } from '../../context/kube-client.ts'
import { Failure } from '../../values/failure.ts'
import type { Subject } from './action.ts'
import type { Refusal } from './plan.ts'
import { objectCommand, qualifiedName } from './rollout-words.ts'

export function refusal({ message, reason, hints }: Refusal, client: KubeClient): Failure {
  return new Failure('refused', message, { reason, hints: hints.map(hint => withConnection(hint, client)) })
}

/** Adds `--context` and the like to a command that we suggest, so that it reaches the same cluster. */
export function withConnection(text: string, client: KubeClient): string {
  const flags = client.connectionFlags.join(' ')
  return flags === '' ? text : text.replace(/kubectl canary .*? -n \S+?(?=[;,.)]?(\s|$))/g, `$& ${flags}`)
}

/** `rollout loans/loans-api` */
export function nameOf(subject: Subject): string {
  return `${subject.type.kind.toLowerCase()} ${qualifiedName(subject.object)}`
}

export function look({ type, object }: Subject, client: KubeClient): string {
  return withConnection(`To see where it is: ${objectCommand(type.kind.toLowerCase(), 'get', object)}`, client)
}

import type { Context } from '../../context/context.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { Failure } from '../../values/failure.ts'
import type { Kubeconfig } from './kubeconfig.ts'
import { kubeconfigFiles } from './load-kubeconfig.ts'

const listed = (names: Iterable<string>, limit = 20) => {
  const all = [...names].sort((a, b) => (a < b ? -1 : 1))
  const more = all.length > limit ? `, and ${all.length - limit} more` : ''
  return all.length === 0 ? 'none' : all.slice(0, limit).join(', ') + more
}

export function unknownContext(name: string, kubeconfig: Kubeconfig): Failure {
  const names = [...kubeconfig.contexts.keys()]
  const near = didYouMean(name, names)
  const where = kubeconfig.files.length > 0 ? kubeconfig.files.join(', ') : 'the kubeconfig, which is empty'
  const there = names.length > 0 ? `; contexts there: ${listed(names)}` : ''
  return new Failure('error', `context "${name}" does not exist in ${where}${there}`, {
    reason: 'UnknownContext',
    hints: [
      near !== undefined
        ? `did you mean --context ${near}?`
        : 'kubectl config get-contexts  lists the contexts to choose from',
    ],
  })
}

/** @param from the context that refers to the entry; absent where a flag names it */
export function missingEntry(
  kind: 'cluster' | 'user',
  name: string,
  names: readonly string[],
  from: { name: string; file: string | undefined } | undefined,
): Failure {
  const near = didYouMean(name, names)
  const message = from
    ? `context "${from.name}" in ${from.file} refers to the ${kind} "${name}", which no kubeconfig defines`
    : `${kind} "${name}" does not exist`
  return new Failure('error', `${message}; ${kind}s there: ${listed(names)}`, {
    reason: kind === 'cluster' ? 'UnknownCluster' : 'UnknownUser',
    hints: [
      ...(near !== undefined ? [`did you mean "${near}"?`] : []),
      from
        ? `kubectl config set-context ${from.name} --${kind}=NAME  corrects it`
        : `kubectl config get-${kind}s  lists the ${kind}s to choose from`,
    ],
  })
}

/** There is no server to talk to: no context selected, no kubeconfig at all, or a cluster entry without an address. */
export function noCluster(kubeconfig: Kubeconfig, context: Context, contextName: string): Failure {
  const reason = 'NoCluster'
  if (contextName) {
    return new Failure('error', `context "${contextName}" names no cluster with a server address`, {
      reason,
      hints: [`kubectl config set-context ${contextName} --cluster=NAME  corrects it`],
    })
  }
  const names = [...kubeconfig.contexts.keys()]
  if (names.length > 0) {
    return new Failure(
      'error',
      `no context is selected in ${kubeconfig.files.join(', ')}; contexts there: ${listed(names)}`,
      {
        reason,
        hints: [`kubectl config use-context ${names[0]}  selects one for good, --context NAME for one command`],
      },
    )
  }
  const read = kubeconfig.files
  const message =
    read.length > 0
      ? `no cluster is configured: ${read.join(', ')} defines none`
      : `no cluster is configured: there is no kubeconfig (looked for ${kubeconfigFiles(context).join(', ') || 'a home folder in vain'}), and this is not a pod`
  return new Failure('error', message, {
    reason,
    hints: ['--kubeconfig FILE or $KUBECONFIG names a kubeconfig', '--server URL --token TOKEN needs none'],
  })
}

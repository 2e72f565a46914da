import type { Context } from '../context/context.ts'
import { renderHistory } from '../output/history-view.ts'
import { loadHistory } from '../rollouts/history.ts'
import { Failure, type Outcome } from '../values/failure.ts'
import { type OutputChoice, show } from './show.ts'

export interface HistoryInput extends OutputChoice {
  revision?: number | undefined
}

/** Shows the revisions that a rollout can go back to; the objects of `-o json` are their ReplicaSets. */
export async function runHistory(name: string, flags: HistoryInput, context: Context): Promise<Outcome> {
  const history = await loadHistory(await context.kube(), { name })
  const { revision } = flags
  const revisions = history.revisions.filter(each => revision === undefined || each.revision === revision)
  if (revision !== undefined && revisions.length === 0) {
    const known = history.revisions.map(each => each.revision).join(', ')
    throw new Failure('error', `rollout ${JSON.stringify(name)} has no revision ${revision}`, {
      reason: 'NotFound',
      hints: [known === '' ? 'It has none yet' : `It has: ${known}`],
    })
  }
  const { stdout, clock } = context
  const shownSets = new Set(revisions.map(each => each.replicaSet))
  await show(
    {
      object: () => history.replicaSets.filter(each => shownSets.has(each.metadata.name)),
      info: () => ({
        apiVersion: 'kubectl-canary/v1',
        kind: 'RolloutHistory',
        namespace: history.rollout.metadata.namespace ?? '',
        name: history.rollout.metadata.name,
        revisions,
      }),
      view: () =>
        renderHistory(revisions, { columns: stdout.columns, color: stdout.hasColor }, clock.now(), {
          headers: !flags['no-headers'],
        }),
    },
    flags,
    context,
  )
  return 'done'
}

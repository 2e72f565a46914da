import { ExperimentListView } from '../output/experiment-view.ts'
import { RolloutListView } from '../output/rollout-list-view.ts'
import type { ExperimentRow } from '../rollouts/info/experiment-row.ts'
import type { RolloutRow } from '../rollouts/info/rollout-row.ts'
import { experimentRows, rolloutRows } from '../rollouts/observe/list.ts'
import { outcomeOf } from '../rollouts/observe/watch.ts'
import { compareText } from '../rollouts/ownership.ts'
import { isCompletedAnalysis } from '../rollouts/phase.ts'
import type { Experiment, Rollout } from '../rollouts/rollout.ts'
import type { Outcome } from '../values/failure.ts'
import type { Listing } from './list-command.ts'

export interface Named {
  namespace: string
  name: string
  createdAt: string
}

export const byName = (a: Named, b: Named) => compareText(a.namespace, b.namespace) || compareText(a.name, b.name)
/** Youngest first, as `kubectl get --sort-by` never does and everybody wants. */
export const byAge = (a: Named, b: Named) => compareText(b.createdAt, a.createdAt) || byName(a, b)

/** What needs somebody first. */
const urgency = ['Degraded', 'Paused', 'Progressing', 'Healthy']
const byUrgency = (a: RolloutRow, b: RolloutRow) => rank(a.phase) - rank(b.phase) || byName(a, b)
const rank = (phase: string) => (urgency.indexOf(phase) + urgency.length + 1) % (urgency.length + 1)

export const rolloutListing: Listing<Rollout, RolloutRow> = {
  source: rolloutRows,
  view: (options, rendering) => new RolloutListView(options, rendering),
  deleted: row => ({ ...row, phase: 'Deleted', message: '' }),
  outcome: row => rolloutOutcome(row.phase),
  orders: { name: byName, age: byAge, status: byUrgency },
}

export const experimentListing: Listing<Experiment, ExperimentRow> = {
  source: experimentRows,
  view: (options, rendering) => new ExperimentListView(options, rendering),
  deleted: row => ({ ...row, status: 'Deleted', message: '' }),
  outcome: row => experimentOutcome(row.status),
  orders: { name: byName, age: byAge, status: (a, b) => compareText(a.status, b.status) || byName(a, b) },
}

/** What `--exit-status` answers for a phase. */
export function rolloutOutcome(phase: string): Outcome {
  return phase === 'Healthy' ? 'done' : phase === 'Degraded' ? 'negative' : 'not-yet'
}

export function experimentOutcome(status: string): Outcome {
  return isCompletedAnalysis(status) ? outcomeOf(status) : 'not-yet'
}

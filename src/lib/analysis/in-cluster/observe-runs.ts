import type { Context } from '../../context/context.ts'
import type { KubeClient } from '../../context/kube-client.ts'
import { analysisRuns } from '../../kube/resource-types.ts'
import { type LostServer, ObservationState } from '../../rollouts/observe/observation-state.ts'
import { observations } from '../../rollouts/observe/observations.ts'
import { PartWatch } from '../../rollouts/observe/part-watch.ts'
import type { AnalysisRun } from '../../rollouts/rollout.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'

/** What is known of several runs at one moment, in the order of their names. */
export interface RunsObservation {
  /** those that were deleted as they were last seen */
  runs: { run: AnalysisRun; isDeleted: boolean }[]
  /** all of them */
  isDeleted: boolean
  lost?: LostServer
}

export interface RunNames {
  names: readonly string[]
  /** default: the client's */
  namespace?: string | undefined
}

/**
 * Runs of one namespace, each time that one of them changes, until all are gone or the caller leaves the loop.
 *
 * @throws Failure `error`: no such run, not readable, or the API server stays away for five minutes
 */
export async function* observeRuns(
  client: KubeClient,
  { names, namespace = client.namespace }: RunNames,
  context: Context,
): AsyncGenerator<RunsObservation, void, undefined> {
  yield* observations(new Observer(client, names, namespace, context), context, {})
}

interface Watched {
  name: string
  part: PartWatch<AnalysisRun>
  last?: AnalysisRun
  isDeleted: boolean
}

class Observer {
  readonly state: ObservationState
  readonly #namespace: string
  readonly #watched: readonly Watched[]

  constructor(client: KubeClient, names: readonly string[], namespace: string, context: Context) {
    this.state = new ObservationState(context, () => this.#reconsider())
    this.#namespace = namespace
    this.#watched = names.map(name => ({
      name,
      part: new PartWatch<AnalysisRun>(analysisRuns, client, context, this.state),
      isDeleted: false,
    }))
    for (const { name, part } of this.#watched) part.select({ namespace, fieldSelector: `metadata.name=${name}` })
  }

  get isReady(): boolean {
    return this.#watched.every(({ last }) => last !== undefined)
  }

  get isDeleted(): boolean {
    return this.#watched.every(({ isDeleted }) => isDeleted)
  }

  observation(): RunsObservation | undefined {
    this.state.take()
    if (!this.isReady) return undefined
    const runs = this.#watched.flatMap(({ last, isDeleted }) => (last ? [{ run: last, isDeleted }] : []))
    const { lost } = this.state
    return { runs, isDeleted: this.isDeleted, ...(lost ? { lost } : {}) }
  }

  stop(): void {
    for (const { part } of this.#watched) part.stop()
  }

  #reconsider(): void {
    for (const watched of this.#watched) {
      const { name, part, last } = watched
      if (part.hiddenBecause) {
        this.state.failed(part.hiddenBecause)
        return
      }
      const run = part.objects[0]
      // one that was made anew under its name is another one
      if (run && (!last || last.metadata.uid === run.metadata.uid)) watched.last = run
      else if (last) watched.isDeleted = true
      else if (part.isReady) this.state.failed(runNotFound(this.#namespace, name))
    }
  }
}

function runNotFound(namespace: string, name: string): Failure {
  return new Failure('error', `analysisruns.argoproj.io ${JSON.stringify(safeText(name))} not found`, {
    reason: 'NotFound',
    hints: [`What there is: kubectl canary analysis list -n ${safeText(namespace)}`],
  })
}

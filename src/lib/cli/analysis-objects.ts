import type { RunNames } from '../analysis/in-cluster/observe-runs.ts'
import { loadRun, type RunInfo, type RunObjects, runInfo } from '../analysis/in-cluster/run-info.ts'
import {
  loadTemplate,
  type TemplateInfo,
  type TemplateObjects,
  templateInfo,
} from '../analysis/in-cluster/template-info.ts'
import { watchRuns } from '../analysis/in-cluster/watch-runs.ts'
import type { Context } from '../context/context.ts'
import type { KubeClient, ObjectRef } from '../context/kube-client.ts'
import { analysisRuns, analysisTemplates, clusterAnalysisTemplates } from '../kube/resource-types.ts'
import { renderRun, renderTemplate } from '../output/analysis-object-view.ts'
import { Failure, usage } from '../values/failure.ts'
import { safeText } from '../values/safe-text.ts'
import { runOutcome } from './analysis-listing.ts'
import { worstOutcome } from './exit-codes.ts'
import type { Gotten } from './get-command.ts'
import { parseResourceArg, type ResourceArg } from './resource-arg.ts'
import type { Watched } from './watch-command.ts'

type Objects = { run: RunObjects } | { template: TemplateObjects }
type Info = RunInfo | TemplateInfo

/** `NAME` is a run; `at/NAME` and `cat/NAME` are templates. */
export const parseAnalysisArg = (text: string): ResourceArg =>
  parseResourceArg(text, [analysisRuns, analysisTemplates, clusterAnalysisTemplates])

/** The arguments of `analysis get`, each once. @throws Failure `usage` */
export function analysisArgs(texts: readonly string[]): string[] {
  if (texts.length === 0)
    throw usage('no analysis is named', {
      reason: 'MissingArgument',
      hints: ['NAME is a run, at/NAME a template, cat/NAME a template of the cluster'],
    })
  const keys = texts.map(parseAnalysisArg).map(({ type, name }) => `${type.resource}/${name}`)
  const twice = keys.find((key, index) => keys.indexOf(key) !== index)
  if (twice !== undefined) throw usage(`${twice} is named twice`, { reason: 'InvalidArgument' })
  return [...texts]
}

/** Runs and templates by their arguments, which stand where names do elsewhere. */
export function analysisGet(context: Context): Gotten<Objects, Info> {
  return {
    load: async (client, { name: text }) => {
      const { type, name } = parseAnalysisArg(text)
      if (type === analysisRuns) return { run: await orHint(loadRun(client, { name }), client, name) }
      return { template: await loadTemplate(client, { name }, type === clusterAnalysisTemplates, context.signal) }
    },
    loadObject: async (client, { name: text }) => {
      const { type, name } = parseAnalysisArg(text)
      return orHint(client.get(type, { name }), client, name)
    },
    info: objects => ('run' in objects ? runInfo(objects.run) : templateInfo(objects.template)),
    render: (info, rendering, nowMs) =>
      info.kind === 'AnalysisRunInfo' ? renderRun(info, rendering, nowMs) : renderTemplate(info, rendering),
    outcome: info => (info.kind === 'AnalysisRunInfo' ? runOutcome(info.phase) : 'done'),
  }
}

/** Several runs at once, below each other. */
export function analysisWatch(names: RunNames, timeoutMs: number | undefined): Watched<RunInfo[]> {
  return {
    steps: context => watchRuns(names, { timeoutMs, worst: worstOutcome }, context),
    render: (infos, rendering, nowMs) => infos.map(info => renderRun(info, rendering, nowMs)).join('\n'),
  }
}

/** Who names a template as if it were a run is told how to name it. */
async function orHint<T>(request: Promise<T>, client: KubeClient, name: string): Promise<T> {
  try {
    return await request
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'NotFound') throw error
    const isTemplate = await exists(client, { name })
    if (!isTemplate) throw error
    const hint = `There is a template of that name: at/${safeText(name)}`
    throw new Failure(error.outcome, error.message, {
      hints: [hint, ...error.hints],
      label: error.label,
      reason: 'NotFound',
    })
  }
}

async function exists(client: KubeClient, ref: ObjectRef): Promise<boolean> {
  try {
    await client.get(analysisTemplates, ref)
    return true
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

import type { ControllerVersion } from '../analysis/analysis.ts'
import { controllerRules } from '../analysis/run/cluster-version.ts'
import type { GivenArguments } from '../analysis/run/given-arguments.ts'
import { parseAssignments } from '../analysis/run/given-arguments.ts'
import { type SourceKind, sourceTypes } from '../analysis/run/object-finder.ts'
import type { RunMode } from '../analysis/run/plan-run.ts'
import type { AnalysisPlace } from '../analysis/run/rollout-analyses.ts'
import type { Target } from '../analysis/run/run-source.ts'
import { startTime } from '../analysis/run/start-time.ts'
import { parseSecretSource, readSecretSource } from '../analysis/secret-source.ts'
import type { Context } from '../context/context.ts'
import { usage } from '../values/failure.ts'
import { parseGoDuration } from '../values/go-duration.ts'
import { safeText } from '../values/safe-text.ts'
import { parseResourceArg } from './resource-arg.ts'
import type { OutputChoice } from './show.ts'

/** The flags of `analysis run` as they were parsed. */
export interface AnalysisRunInput extends OutputChoice {
  namespace?: string | undefined
  filename?: string[] | undefined
  recursive?: boolean
  'from-rollout'?: string | undefined
  step?: number | undefined
  background?: boolean
  'pre-promotion'?: boolean
  'post-promotion'?: boolean
  arg?: string[] | undefined
  'secret-arg'?: string[] | undefined
  prometheus?: string | undefined
  'provider-secret'?: string[] | undefined
  at?: string | undefined
  once?: boolean
  'dry-run'?: boolean
  'allow-effects'?: boolean
  'controller-version'?: string | undefined
  'max-duration'?: string | undefined
}

/** Names as they are written: a bare one is a template's. @throws Failure `usage` */
export function targetsFrom(texts: readonly string[]): Target[] {
  const { AnalysisTemplate, ClusterAnalysisTemplate, AnalysisRun, Rollout, Stage } = sourceTypes
  const targets = texts.map(text => {
    const { type, name } = parseResourceArg(text, [
      AnalysisTemplate,
      ClusterAnalysisTemplate,
      AnalysisRun,
      Rollout,
      Stage,
    ])
    return { kind: type.kind as SourceKind, name }
  })
  const twice = targets.find(({ kind, name }, index) =>
    targets.slice(0, index).some(each => each.kind === kind && each.name === name),
  )
  if (twice) throw usage(`${JSON.stringify(twice.name)} is named twice`, { reason: 'InvalidArgument' })
  return targets
}

/** `--step 2`, `--background`, ...: at most one of them. @throws Failure `usage` */
export function placeFrom(flags: AnalysisRunInput): AnalysisPlace | undefined {
  const places: AnalysisPlace[] = [
    ...(flags.step === undefined ? [] : [{ step: flags.step }]),
    ...(['background', 'pre-promotion', 'post-promotion'] as const).filter(place => flags[place]),
  ]
  if (places.length > 1)
    throw usage('only one of --step, --background, --pre-promotion and --post-promotion can be meant', {
      reason: 'InvalidFlag',
    })
  return places[0]
}

/** @throws Failure `usage` for flags that exclude each other */
export function modeFrom({ at, once, 'dry-run': dryRun, 'max-duration': max }: AnalysisRunInput): RunMode {
  if (once && dryRun) throw usage('either --once or --dry-run, not both', { reason: 'InvalidFlag' })
  if (once && max !== undefined)
    throw usage('--max-duration ends a run that goes on, and --once asks but once', { reason: 'InvalidFlag' })
  if (dryRun) return 'dry-run'
  if (once) return 'once'
  return at === undefined ? 'live' : 'replay'
}

/** `1.9`, `v1.9.1`, `1.10`, ...: everything before 1.10 is as 1.9. @throws Failure `usage` */
export function versionFrom(text: string): ControllerVersion {
  const version = controllerRules(text)
  if (version !== undefined) return version
  throw usage(`invalid --controller-version ${JSON.stringify(text)}`, {
    reason: 'InvalidFlag',
    hints: [
      'it is 1.9 or 1.10: where versions of the Argo Rollouts controller differ, these stand for the older and newer',
    ],
  })
}

/** @throws Failure `usage` */
export function maxDurationFrom(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseGoDuration(text)
  if (ms <= 0) throw usage(`--max-duration must be longer than nothing: ${text}`, { reason: 'InvalidFlag' })
  return ms
}

/** ms since 1970; undefined: now. @throws Failure `usage` */
export const startFrom = (text: string | undefined, { clock }: Context): number | undefined =>
  text === undefined ? undefined : startTime(text, clock.now())

/** @throws Failure `usage` */
export async function givenFrom(flags: AnalysisRunInput, context: Context): Promise<GivenArguments> {
  const secrets = parseAssignments(flags['secret-arg'] ?? [], '--secret-arg')
  const read = [...secrets].map(async ([name, source]) => {
    const flag = `--secret-arg ${safeText(name)}`
    const value = await readSecretSource(parseSecretSource(source, flag), flag, context)
    return [name, value] as const
  })
  return { values: parseAssignments(flags.arg ?? [], '--arg'), secrets: new Map(await Promise.all(read)) }
}

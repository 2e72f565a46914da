import { didYouMean } from '../../values/did-you-mean.ts'
import { type Failure, usage } from '../../values/failure.ts'
import { parseJsonPath } from '../../values/jsonpath/parse-jsonpath.ts'
import { relaxedJsonPath } from '../../values/jsonpath/relaxed-jsonpath.ts'
import type { RolloutPhase } from '../rollout.ts'
import { guardedPattern } from './guarded-pattern.ts'
import { Wrong } from './wrong.ts'

/** A state that is waited for. */
export type Goal =
  /** any pause: of a step, of blue-green, by hand, timed or not */
  | { kind: 'paused' }
  | { kind: 'healthy' }
  | { kind: 'degraded' }
  | { kind: 'delete' }
  /** status.currentStepIndex at or beyond `step` */
  | { kind: 'step'; step: number }
  /** traffic that the canary gets, as far as the status tells, at or beyond `weight` */
  | { kind: 'weight'; weight: number }
  /** weight that the steps ask for, at or beyond `weight` */
  | { kind: 'setweight'; weight: number }
  | { kind: 'phase'; phase: RolloutPhase }
  | { kind: 'message'; pattern: RegExp }
  /** at or beyond `revision` */
  | { kind: 'revision'; revision: number }
  /** both compared without case, as kubectl does */
  | { kind: 'condition'; type: string; status: string }
  /** without `value`: anything but nothing */
  | { kind: 'jsonpath'; template: string; value?: string }
  /** the stable version serves everything again; not on the command line */
  | { kind: 'aborted' }
  /** every pod is newer than spec.restartAt; not on the command line */
  | { kind: 'restarted' }

const phases: readonly RolloutPhase[] = ['Healthy', 'Degraded', 'Progressing', 'Paused']
const plain = ['paused', 'healthy', 'degraded', 'delete'] as const
const numeric = ['step', 'weight', 'setweight', 'revision'] as const
const valued = [...numeric, 'phase', 'message', 'condition', 'jsonpath'] as const

/** For help texts. */
export const goalForms = [
  ...plain,
  'step=N',
  'weight=N',
  'setweight=N',
  'phase=PHASE',
  'message=/REGEX/',
  'revision=N',
  'condition=TYPE[=STATUS]',
  'jsonpath={PATH}[=VALUE]',
] as const

/**
 * Reads the value of one `--for`.
 *
 * @param flag what the user wrote it after, for the error
 * @throws Failure `usage` that says at which character what was expected
 */
export function parseGoal(text: string, flag = '--for'): Goal {
  try {
    return readGoal(text)
  } catch (error) {
    if (error instanceof Wrong) throw invalid(flag, text, error)
    throw error
  }
}

function readGoal(text: string): Goal {
  const equals = text.indexOf('=')
  const word = equals < 0 ? text : text.slice(0, equals)
  const name = word.toLowerCase()
  const value = equals < 0 ? undefined : text.slice(equals + 1)
  if (includes(plain, name)) {
    if (value !== undefined) throw new Wrong(equals, `${name} takes no value`)
    return { kind: name }
  }
  if (name === 'deleted') return { kind: 'delete' }
  if (!includes(valued, name)) throw unknownGoal(text, word)
  if (value === undefined || value === '') throw new Wrong(text.length, `${name} needs a value`)
  const at = equals + 1
  switch (name) {
    case 'step':
      return { kind: name, step: wholeNumber(at, value) }
    case 'weight':
    case 'setweight':
      return { kind: name, weight: wholeNumber(at, value) }
    case 'revision':
      return { kind: name, revision: wholeNumber(at, value) }
    case 'phase':
      return { kind: name, phase: phaseOf(at, value) }
    case 'message':
      return { kind: name, pattern: guardedPattern(at, value) }
    case 'condition':
      return conditionOf(text, at, value)
    case 'jsonpath':
      return jsonPathOf(text, at, value)
  }
}

/** As the user would write it after `--for`. */
export function goalText(goal: Goal): string {
  switch (goal.kind) {
    case 'step':
      return `step=${goal.step}`
    case 'weight':
    case 'setweight':
      return `${goal.kind}=${goal.weight}`
    case 'revision':
      return `revision=${goal.revision}`
    case 'phase':
      return `phase=${goal.phase}`
    case 'message':
      return `message=/${goal.pattern.source}/${goal.pattern.flags}`
    case 'condition':
      return `condition=${goal.type}${goal.status === 'True' ? '' : `=${goal.status}`}`
    case 'jsonpath':
      return `jsonpath=${goal.template}${goal.value === undefined ? '' : `=${goal.value}`}`
    default:
      return goal.kind
  }
}

/** Whether a pause is what is waited for, so that reaching one is no reason to give up. */
export function asksForPause(goal: Goal): boolean {
  return goal.kind === 'paused' || (goal.kind === 'phase' && goal.phase === 'Paused')
}

export function asksForDegraded(goal: Goal): boolean {
  return goal.kind === 'degraded' || (goal.kind === 'phase' && goal.phase === 'Degraded')
}

/** Whether the goal may be reached although this version failed or stands still: a later version, or the end. */
export function outlivesVersion(goal: Goal): boolean {
  return goal.kind === 'delete' || goal.kind === 'revision'
}

function includes<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word)
}

function wholeNumber(at: number, value: string): number {
  const digits = /^\d+/.exec(value)?.[0] ?? ''
  if (digits.length < value.length || value.length > 9) throw new Wrong(at + digits.length, 'expected a whole number')
  return Number(value)
}

function phaseOf(at: number, value: string): RolloutPhase {
  const phase = phases.find(each => each.toLowerCase() === value.toLowerCase())
  if (phase) return phase
  const near = didYouMean(value, phases)
  throw new Wrong(at, `${JSON.stringify(value)} is no phase (${phases.join(', ')})`, near && `phase=${near}`)
}

function conditionOf(text: string, at: number, value: string): Goal {
  const equals = value.indexOf('=')
  const type = equals < 0 ? value : value.slice(0, equals)
  const status = equals < 0 ? 'True' : value.slice(equals + 1)
  if (type === '') throw new Wrong(at, 'expected the type of a condition')
  if (status === '') throw new Wrong(text.length, 'expected the status of the condition')
  return { kind: 'condition', type, status }
}

/** `{.a.b}=value`, or `.a.b=value` and `a.b=value` as kubectl also takes them; the value begins after the template. */
function jsonPathOf(text: string, at: number, value: string): Goal {
  if (!value.startsWith('{')) {
    const equals = value.indexOf('=')
    const path = equals < 0 ? value : value.slice(0, equals)
    if (path === '') throw new Wrong(at, 'expected a JSONPath')
    const template = checked(relaxedJsonPath(path))
    return { kind: 'jsonpath', template, ...(equals < 0 ? {} : { value: value.slice(equals + 1) }) }
  }
  const end = closingBrace(value)
  if (end === undefined) throw new Wrong(text.length, 'a { is not closed')
  const rest = value.slice(end + 1)
  const template = checked(value.slice(0, end + 1))
  if (rest === '') return { kind: 'jsonpath', template }
  if (!rest.startsWith('=')) throw new Wrong(at + end + 1, 'expected = and a value after the JSONPath')
  return { kind: 'jsonpath', template, value: rest.slice(1) }
}

/** @throws Failure `usage` that names the column in the template */
function checked(template: string): string {
  parseJsonPath(template)
  return template
}

/** Index of the brace that closes the first one; braces in quotes do not count. */
function closingBrace(text: string): number | undefined {
  let quote: string | undefined
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (quote !== undefined) {
      if (letter === '\\') at++
      else if (letter === quote) quote = undefined
    } else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '{') depth++
    else if (letter === '}' && --depth === 0) return at
  }
  return undefined
}

function unknownGoal(text: string, word: string): Wrong {
  const near = didYouMean(word, [...plain, ...valued])
  const isValued = near !== undefined && includes(valued, near)
  const suggestion = near && `${near}${isValued ? text.slice(word.length) || '=...' : ''}`
  return new Wrong(0, `${JSON.stringify(word)} is nothing to wait for`, suggestion)
}

function invalid(flag: string, text: string, { at, message, near }: Wrong): Failure {
  return usage(`invalid ${flag} ${JSON.stringify(text)}: ${message} (at character ${at + 1})`, {
    reason: 'InvalidGoal',
    hints: [near ? `Did you mean ${near}?` : `What can be waited for: ${goalForms.join(', ')}`],
  })
}

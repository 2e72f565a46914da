import type { Opening } from './explanation.ts'
import type { Situation } from './situation.ts'

/** Permissions that the actions need (argo-rollouts.md 1.3: status first, then spec). */
const needsOf: Record<string, readonly string[]> = {
  promote: ['patch rollouts/status'],
  resume: ['patch rollouts'],
  abort: ['patch rollouts/status'],
  retry: ['patch rollouts/status'],
  undo: ['patch rollouts'],
  'set-image': ['patch rollouts'],
}

/** A word that a POSIX shell takes as it is written. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function allowedBy(situation: Situation, needs: readonly string[]): boolean | null {
  const answers = needs.map(need => situation.evidence.permissions[need])
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? null : true
}

/** One of our rollout actions on the rollout in question, with its namespace and connection flags. */
export function action(situation: Situation, verb: string, flags: string[], text: string): Opening {
  const ofWorkload = (verb === 'undo' || verb === 'set-image') && situation.rollout.spec.workloadRef !== undefined
  const needs = ofWorkload ? ['patch deployments'] : (needsOf[verb] ?? [])
  const words = ['kubectl', 'canary', 'rollout', verb, situation.name, ...withScope(situation, flags)]
  return { command: inShell(situation, words), text, allowed: allowedBy(situation, needs), needs }
}

/**
 * A command that only reads. The user could read the same to get here, so a permission is only looked up where one is
 * named: `get pods/log`.
 */
export function reading(
  situation: Situation,
  words: string[],
  text: string,
  { permission, clusterScoped = false }: { permission?: string; clusterScoped?: boolean } = {},
): Opening {
  const all = ['kubectl', ...words, ...(clusterScoped ? [] : withScope(situation, []))]
  const allowed = permission === undefined ? true : allowedBy(situation, [permission])
  return { command: inShell(situation, all), text, allowed }
}

export function advice(text: string): Opening {
  return { command: null, text, allowed: null }
}

function withScope(situation: Situation, flags: string[]): string[] {
  return ['-n', situation.namespace, ...flags]
}

/** Our words quoted where a shell needs it; the connection flags are words of a shell already. */
function inShell(situation: Situation, words: string[]): string {
  return [...words.map(shellWord), ...situation.evidence.connectionFlags].join(' ')
}

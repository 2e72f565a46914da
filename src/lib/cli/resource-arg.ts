import type { ResourceType } from '../context/kube-client.ts'
import * as types from '../kube/resource-types.ts'
import { didYouMean } from '../values/did-you-mean.ts'
import { usage } from '../values/failure.ts'

export interface ResourceArg {
  type: ResourceType
  name: string
}

/** Short names as the CRDs and the API server declare them (argo-rollouts manifests/crds, kubectl api-resources). */
const shortNames: readonly [ResourceType, readonly string[]][] = [
  [types.rollouts, ['ro']],
  [types.experiments, ['exp']],
  [types.analysisRuns, ['ar']],
  [types.analysisTemplates, ['at']],
  [types.clusterAnalysisTemplates, ['cat']],
  [types.applications, ['app', 'apps']],
  [types.pods, ['po']],
  [types.services, ['svc']],
  [types.namespaces, ['ns']],
  [types.replicaSets, ['rs']],
  [types.deployments, ['deploy']],
  [types.jobs, []],
]

/**
 * `NAME` or `TYPE/NAME`, where TYPE is a plural, singular, short name or kind in any case, with or without its group
 * (`rollouts.argoproj.io`, `rollouts.v1alpha1.argoproj.io`), as kubectl reads it. A bare name is of the first type.
 *
 * @throws Failure `usage` for a TYPE that the command does not take, an unknown TYPE or an empty name
 */
export function parseResourceArg(text: string, expected: readonly [ResourceType, ...ResourceType[]]): ResourceArg {
  const slash = text.indexOf('/')
  if (slash < 0) return named(text, expected[0], text)
  const typeText = text.slice(0, slash)
  const name = text.slice(slash + 1)
  if (typeText === '' || name === '' || name.includes('/'))
    throw usage(`arguments in resource/name form must have a single resource and name, not ${JSON.stringify(text)}`, {
      reason: 'InvalidArgument',
      hints: [`for example: ${singular(expected[0])}/NAME`],
    })
  const type = expected.find(each => isSpelledBy(each, typeText))
  if (type !== undefined) return named(name, type, text)
  throw wrongType(typeText, name, expected)
}

/**
 * A TYPE alone, in any of its spellings.
 *
 * @throws Failure `usage`
 */
export function parseResourceType(text: string, expected: readonly [ResourceType, ...ResourceType[]]): ResourceType {
  const type = expected.find(each => isSpelledBy(each, text))
  if (type !== undefined) return type
  const near = didYouMean(text, expected.flatMap(spellings))
  throw usage(`unknown resource type ${JSON.stringify(text)}`, {
    reason: 'UnknownResourceType',
    hints: [
      ...(near === undefined ? [] : [`did you mean ${near}?`]),
      `known here: ${expected.map(each => spellings(each).join(' or ')).join('; ')}`,
    ],
  })
}

function named(name: string, type: ResourceType, text: string): ResourceArg {
  if (name === '') throw usage(`the name of a ${singular(type)} must not be empty`, { reason: 'InvalidArgument' })
  // kubectl cannot name such an object either: the API server has none, and the name would leave its place in the path
  if (/[\s%\\]|^\.{1,2}$/.test(name))
    throw usage(`invalid name of a ${singular(type)}: ${JSON.stringify(text)}`, { reason: 'InvalidArgument' })
  return { type, name }
}

/** The words for a type, most usual first: `rollout`, `rollouts`, `ro`. */
function spellings(type: ResourceType): string[] {
  const short = shortNames.find(([each]) => each.resource === type.resource && each.group === type.group)?.[1] ?? []
  return [singular(type), type.resource, ...short]
}

function isSpelledBy(type: ResourceType, text: string): boolean {
  const [word = '', ...groupWords] = text.toLowerCase().split('.')
  const group = groupWords.join('.')
  const isGroup = group === '' || group === type.group || group === `${type.version}.${type.group}`
  return isGroup && spellings(type).includes(word)
}

function wrongType(text: string, name: string, expected: readonly [ResourceType, ...ResourceType[]]) {
  const wanted = expected.map(each => each.kind).join(' or ')
  const known = shortNames.map(([type]) => type).find(type => isSpelledBy(type, text))
  const example = `write ${singular(expected[0])}/${name} or just ${name}`
  if (known !== undefined)
    return usage(
      `${text}/${name} is of kind ${known.kind}, and this command takes ${/^[AEIO]/.test(wanted) ? 'an' : 'a'} ${wanted}`,
      {
        reason: 'WrongKind',
        hints: [example],
      },
    )
  const near = didYouMean(text, expected.flatMap(spellings))
  return usage(`unknown resource type ${JSON.stringify(text)} in ${JSON.stringify(`${text}/${name}`)}`, {
    reason: 'UnknownResourceType',
    hints: [near === undefined ? example : `did you mean ${near}/${name}?`],
  })
}

const singular = (type: ResourceType): string => type.kind.toLowerCase()

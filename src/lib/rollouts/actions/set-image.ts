import type { Container } from '../../kube/core-objects.ts'
import { didYouMean } from '../../values/did-you-mean.ts'
import { usage } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { TemplateChange } from '../diff/template-diff.ts'
import { podTemplateOf } from '../rollout-objects.ts'
import { type Expectation, firstUnmet } from './expectation.ts'
import { ownerNotes, refusedByOwner } from './git-ops-owner.ts'
import { type Plan, refused, writes } from './plan.ts'
import { rolloutCommand, rolloutName } from './rollout-words.ts'
import { type TemplateTarget, targetText, templateTarget, templateWrite } from './template-target.ts'
import type { TemplateState } from './undo.ts'

export interface ImageAssignment {
  /** a container, init container or ephemeral container; `*` is every one that is not named beside it */
  container: string
  image: string
}

/**
 * Reads `CONTAINER=IMAGE` arguments; an image may hold `=` itself, which upstream refuses.
 *
 * @throws Failure `usage` for an argument of another form, and for a container that is named twice
 */
export function parseImageAssignments(texts: readonly string[]): ImageAssignment[] {
  const example = 'for example: loans-api=registry.example.com/loans-api:1.2.3'
  if (texts.length === 0) throw usage('no CONTAINER=IMAGE given', { reason: 'InvalidArgument', hints: [example] })
  const assignments = texts.map(text => {
    const equals = text.indexOf('=')
    const container = text.slice(0, equals)
    const image = text.slice(equals + 1)
    if (equals <= 0 || image === '' || /\s/.test(image))
      throw usage(`${JSON.stringify(text)} is not of the form CONTAINER=IMAGE`, {
        reason: 'InvalidArgument',
        hints: [example],
      })
    return { container, image }
  })
  for (const [index, { container }] of assignments.entries()) {
    if (assignments.findIndex(each => each.container === container) !== index)
      throw usage(`container ${JSON.stringify(container)} is given two images`, { reason: 'InvalidArgument' })
  }
  return assignments
}

export interface SetImageOptions {
  expect?: Expectation
  evenIfManaged?: boolean
}

interface Place {
  container: Container
  kind: NonNullable<TemplateChange['containerKind']>
  pointer: string
}

/**
 * Changes images of the pod template, in the rollout or in the object that spec.workloadRef names.
 * Follows argo-rollouts pkg/kubectl-argo-rollouts/cmd/set/set_image.go for the lists of containers that are looked at.
 */
export function planSetImage(
  state: TemplateState,
  assignments: readonly ImageAssignment[],
  options: SetImageOptions = {},
): Plan {
  const { rollout, workload } = state
  const unmet = firstUnmet(options.expect ?? {}, rollout, podTemplateOf(rollout, workload))
  if (unmet) return refused(unmet)
  const target = templateTarget(rollout, workload)
  if ('reason' in target) return refused(target)
  const places = placesIn(target)
  const known = places.map(place => place.container.name)
  const unknown = assignments.find(({ container }) => container !== '*' && !known.includes(container))
  if (unknown) {
    const near = didYouMean(unknown.container, known)
    return refused({
      reason: 'NoSuchContainer',
      message:
        `${targetText(target)} has no container ${JSON.stringify(safeText(unknown.container))} ` +
        `(it has ${safeText(known.join(', ')) || 'none'}): nothing was changed`,
      hints: near === undefined ? [] : [`Did you mean ${safeText(near)}=${safeText(unknown.image)}?`],
    })
  }
  const changed = places.flatMap(place => {
    const image = (
      assignments.find(each => each.container === place.container.name) ??
      assignments.find(each => each.container === '*')
    )?.image
    return image === undefined || image === place.container.image ? [] : [{ place, image }]
  })
  if (changed.length === 0) {
    return refused({
      reason: 'AlreadyThere',
      message: `${targetText(target)} already has ${assignments.length === 1 ? 'this image' : 'these images'}: nothing was changed`,
      hints: [],
    })
  }
  if (state.owner && !options.evenIfManaged) {
    const refusal = refusedByOwner(state.owner, target, 'set-image', rollout)
    if (refusal) return refused(refusal)
  }
  return writes(
    [
      templateWrite(
        target,
        // `add` replaces a field that is there and makes one that is not
        changed.map(({ place, image }) => ({ op: 'add', path: `${place.pointer}/image`, value: image })),
        `set ${changed.map(({ place, image }) => `${place.container.name} to ${image}`).join(', ')}`,
      ),
    ],
    `${targetText(target)} image updated: ${changed
      .map(({ place, image }) => `${safeText(place.container.name)}=${safeText(image)}`)
      .join(', ')}`,
    {
      changes: changed.map(({ place, image }) => ({
        kind: place.container.image === undefined ? 'added' : 'changed',
        container: place.container.name,
        containerKind: place.kind,
        path: 'image',
        ...(place.container.image === undefined ? {} : { from: place.container.image }),
        to: image,
      })),
      notes: [
        ...(target.object === rollout ? [] : [`${rolloutName(rollout)} takes its pod template from it`]),
        ...ownerNotes(state.owner),
        ...(rollout.spec.paused
          ? [`it is paused by hand and does not move; to end that: ${rolloutCommand('resume', rollout)}`]
          : []),
      ],
    },
  )
}

function placesIn(target: TemplateTarget): Place[] {
  const lists = [
    ['initContainers', 'init container'],
    ['containers', 'container'],
    ['ephemeralContainers', 'ephemeral container'],
  ] as const
  return lists.flatMap(([list, kind]) =>
    (target.template.spec?.[list] ?? []).map((container, index) => ({
      container,
      kind,
      pointer: `${target.pointer}/spec/${list}/${index}`,
    })),
  )
}

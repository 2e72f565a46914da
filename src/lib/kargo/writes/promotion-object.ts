import { createHash } from 'node:crypto'
import type { Freight } from '../freight.ts'
import { keys } from '../kargo-resources.ts'
import type { Promotion, PromotionStep, Variable } from '../promotion.ts'
import type { Stage } from '../stage.ts'
import { inflateSteps, type PromotionTask } from './inflate-tasks.ts'

export interface PromotionObjectOptions {
  /** for the name, lower or upper case */
  ulid: string
  /** without Kargo's webhooks: the tasks to put in, and that labels and owner are set by us */
  withoutWebhooks?: { tasks: readonly PromotionTask[] }
}

/**
 * The complete Promotion of Freight to a Stage. Since 1.11 the webhook makes name, variables and steps anew; before, and
 * without webhooks, what is sent counts, so all of it is sent always.
 *
 * @throws Failure `refused` where a task is missing or lacks a variable (without webhooks only)
 * @see Kargo 1.10 pkg/kargo/promotion_builder.go, 1.11 pkg/webhook/kubernetes/promotion/webhook.go
 */
export function promotionObject(stage: Stage, freight: Freight, options: PromotionObjectOptions): Promotion {
  const { namespace = '', name: stageName, labels, uid } = stage.metadata
  const template = stage.spec.promotionTemplate?.spec
  const steps: readonly PromotionStep[] = template?.steps ?? []
  const vars: Variable[] = [...(stage.spec.vars ?? []), ...(template?.vars ?? [])]
  const name = promotionName(stageName, options.ulid, freight.metadata.name)
  const head = { apiVersion: 'kargo.akuity.io/v1alpha1', kind: 'Promotion' }
  const spec = { stage: stageName, freight: freight.metadata.name, vars }
  const { withoutWebhooks } = options
  if (!withoutWebhooks) return { ...head, metadata: { namespace, name }, spec: { ...spec, steps: [...steps] } }
  const shard = stage.spec.shard ?? labels?.[keys.shard]
  return {
    ...head,
    metadata: {
      namespace,
      name,
      labels: { ...(shard && { [keys.shard]: shard }), [keys.stage]: shortLabel(stageName) },
      annotations: { [keys.stage]: stageName },
      ownerReferences: [
        // Without an owner no controller notices the Promotion until its Stage is refreshed.
        { apiVersion: head.apiVersion, kind: 'Stage', name: stageName, uid: uid ?? '', controller: true, ...blocking },
      ],
    },
    spec: { ...spec, steps: inflateSteps(steps, withoutWebhooks.tasks) },
  }
}

const blocking = { blockOwnerDeletion: true }

/** `<stage>.<ulid>.<first seven of the Freight>`, lower case, so that names sort by time within a Stage. */
export function promotionName(stage: string, ulid: string, freight: string): string {
  const front = stage.slice(0, 218).replace(/[.-]+$/, '')
  return `${front}.${ulid}.${freight.slice(0, 7)}`.toLowerCase()
}

/** A name as a label value: what is longer than 63 is cut and told apart by a hash (Kargo pkg/strings HashShorten). */
export function shortLabel(name: string): string {
  if (name.length <= 63) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${name.slice(0, 54).replace(/-+$/, '')}-${hash}`
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A ULID: 48 bits of time, 80 of chance, so that names made later sort behind. */
export function ulid(nowMs: number, random: () => number): string {
  let time = ''
  for (let rest = Math.trunc(nowMs), digits = 0; digits < 10; digits++, rest = Math.floor(rest / 32))
    time = (crockford[rest % 32] ?? '0') + time
  return time + Array.from({ length: 16 }, () => crockford[Math.floor(random() * 32)] ?? '0').join('')
}

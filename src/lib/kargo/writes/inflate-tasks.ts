import type { KubeObject } from '../../context/kube-object.ts'
import { Failure } from '../../values/failure.ts'
import type { PromotionStep, Variable } from '../promotion.ts'

/** PromotionTask or ClusterPromotionTask: steps with variables, each with a default or none. */
export interface PromotionTask extends KubeObject {
  spec?: { vars?: Variable[]; steps?: PromotionStep[] }
}

/**
 * A Stage's steps with the steps of its tasks put in, as the webhook does it: aliases become `task::step`, and each step
 * gets the variables of the task, those given by the Stage before the defaults. Positions count from one.
 *
 * @throws Failure `refused` for a task that is not there, or a variable without a value
 * @see Kargo pkg/webhook/kubernetes/promotion: inflateSteps
 */
export function inflateSteps(steps: readonly PromotionStep[], tasks: readonly PromotionTask[]): PromotionStep[] {
  return steps.flatMap((step, index) => {
    if (!step.task) return [{ ...step, as: step.as ?? `step-${index + 1}` }]
    const alias = step.as ?? `task-${index + 1}`
    const { name, kind = 'PromotionTask' } = step.task
    const task = tasks.find(each => each.metadata.name === name && (each.kind ?? 'PromotionTask') === kind)
    if (!task)
      throw new Failure('refused', `${kind} ${name}, which step ${alias} uses, is not there: nothing was changed`, {
        reason: 'TaskNotFound',
      })
    const vars = taskVariables(task, step.vars ?? [], alias)
    return (task.spec?.steps ?? []).map((inner, at) => ({
      ...inner,
      as: `${alias}::${inner.as ?? `step-${at + 1}`}`,
      vars: [...vars, ...(inner.vars ?? [])],
    }))
  })
}

function taskVariables(task: PromotionTask, given: readonly Variable[], alias: string): Variable[] {
  return (task.spec?.vars ?? []).map(({ name, value: preset }) => {
    const value = given.find(each => each.name === name)?.value || preset
    if (value) return { name, value }
    const what = `variable ${name} of task ${task.metadata.name} (${alias})`
    throw new Failure('refused', `${what} has no value: nothing was changed`, { reason: 'MissingVariable' })
  })
}

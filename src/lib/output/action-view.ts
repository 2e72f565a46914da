import type { ActionResult } from '../rollouts/actions/apply-plan.ts'
import type { SentRequest } from '../rollouts/actions/write-request.ts'
import { diffLines } from '../rollouts/diff/diff-text.ts'
import type { TemplateChange } from '../rollouts/diff/template-diff.ts'
import { safeLines } from '../values/safe-text.ts'
import { paint, type Style } from './style.ts'

const dryRunNote = { client: ' (dry run)', server: ' (server dry run)' } as const

/** What an action has done, as one line: `rollout loans/web promoted: was paused (CanaryPauseStep) at step 1/7`. */
export function actionText(result: ActionResult): string {
  return `${result.sentence}${result.dryRun ? dryRunNote[result.dryRun] : ''}\n`
}

/** A request as it travels: method and path, content type, body. */
export function requestText(request: SentRequest): string {
  const body = JSON.stringify(request.body, null, 2)
  return safeLines(`${request.method} ${request.path}\nContent-Type: ${request.contentType}\n\n${body}\n`)
}

const diffStyles: Record<string, Style | undefined> = {
  heading: 'bold',
  added: 'green',
  removed: 'red',
  changed: 'yellow',
}

/** Changes of a pod template, container by container. */
export function renderDiff(changes: readonly TemplateChange[], color: boolean): string {
  return diffLines(changes)
    .map(({ kind, text }) => `${paint({ text, style: diffStyles[kind] }, color)}\n`)
    .join('')
}

/** `-o info` of an action. */
export function actionDocument(result: ActionResult): object {
  const { kind } = result.type
  const { name, namespace, uid, resourceVersion } = result.object.metadata
  return {
    apiVersion: 'kubectl-canary/v1',
    kind: 'ActionResult',
    action: result.verb,
    object: { kind, namespace, name, uid, resourceVersion },
    says: result.sentence,
    notes: result.notes,
    dryRun: result.dryRun ?? 'none',
    requests: result.requests,
    ...(result.changes && { changes: result.changes }),
  }
}

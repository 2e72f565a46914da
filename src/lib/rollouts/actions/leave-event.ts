import type { Context } from '../../context/context.ts'
import type { KubeClient } from '../../context/kube-client.ts'
import type { KubeObject } from '../../context/kube-object.ts'
import { whoAmI } from '../../kube/access.ts'
import { coreEvents } from '../../kube/resource-types.ts'
import { Failure } from '../../values/failure.ts'
import { safeText } from '../../values/safe-text.ts'
import type { ActionResult } from './apply-plan.ts'

const reasons: Record<string, string> = {
  promote: 'Promoted',
  resume: 'Resumed',
  pause: 'Paused',
  abort: 'Aborted',
  retry: 'Retried',
  restart: 'Restarted',
  undo: 'Undone',
  'set-image': 'ImageSet',
  create: 'Created',
  terminate: 'Terminated',
}

interface CoreEvent extends KubeObject {
  involvedObject: object
  reason: string
  message: string
  type: 'Normal'
  source: { component: string }
  reportingComponent: string
  reportingInstance: string
  firstTimestamp: string
  lastTimestamp: string
  count: number
}

// the server's limit for a message is 1024 bytes (kubernetes pkg/apis/core/validation/events.go)
const longestMessage = 900

/**
 * Leaves a Kubernetes Event that says who did it (as the server knows the user), where the rollout was, and why.
 *
 * @param reason what the user gave with --reason
 * @returns what went wrong, for a warning: the action itself has been done
 */
export async function leaveEvent(
  result: ActionResult,
  reason: string | undefined,
  context: Context,
): Promise<string | undefined> {
  const client = await context.kube()
  try {
    await client.create(coreEvents, await eventOf(result, reason, client, context))
    return undefined
  } catch (error) {
    if (error instanceof Failure) return `no Event was left: ${error.message}`
    throw error
  }
}

async function eventOf(
  { verb, type, object, sentence }: ActionResult,
  reason: string | undefined,
  client: KubeClient,
  context: Context,
): Promise<CoreEvent> {
  const { name, namespace = client.namespace, uid, resourceVersion } = object.metadata
  const nowMs = context.clock.now()
  const time = new Date(Math.floor(nowMs / 1000) * 1000).toISOString().replace('.000Z', 'Z')
  const suffix = `${nowMs.toString(16)}${Math.floor(context.random() * 0x10000).toString(16)}`
  const why = reason ? `; reason: ${safeText(reason)}` : ''
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${suffix}`, namespace },
    involvedObject: {
      apiVersion: `${type.group}/${type.version}`,
      kind: type.kind,
      namespace,
      name,
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    reason: reasons[verb] ?? 'Changed',
    message: `${sentence}, by ${await userName(client)}${why}`.slice(0, longestMessage),
    type: 'Normal',
    source: { component: 'kubectl-canary' },
    reportingComponent: 'kubectl-canary',
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  }
}

/** Servers before 1.28 do not tell. */
async function userName(client: KubeClient): Promise<string> {
  try {
    return safeText((await whoAmI(client)).username) || 'an unknown user'
  } catch (error) {
    if (error instanceof Failure) return 'an unknown user'
    throw error
  }
}

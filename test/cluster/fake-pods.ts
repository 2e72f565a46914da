import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiClient } from './api-client.ts'

/**
 * Annotation of a pod (template) that decides how its containers fare; the values are those of `PodBehavior`.
 * It may be changed while the pod runs; `ready` or its removal heals the pod.
 */
export const behaviorAnnotation = 'kubectl-canary.test/behavior'
/** Go duration from scheduling to Ready. */
export const readyAfterAnnotation = 'kubectl-canary.test/ready-after'
/** Go duration that a deleted pod stays Terminating. */
export const deleteAfterAnnotation = 'kubectl-canary.test/delete-after'
/** Go duration that a Job's pod runs. */
export const completeAfterAnnotation = 'kubectl-canary.test/complete-after'
/** Exit code of a container that crashes. */
export const exitCodeAnnotation = 'kubectl-canary.test/exit-code'

/** What the definitions in `stages/` make a pod show. A pod that cannot be scheduled needs none: the scheduler is real. */
export type PodBehavior = 'ready' | 'not-ready' | 'crash' | 'oom' | 'image-pull' | 'pending' | 'gated'

/** A line of a container's log; a bare string is one written now to stdout. */
export type LogLine = string | { text: string; time?: Date; stream?: 'stdout' | 'stderr' }

/** Whose log it is. Without a container it is that of every container of the pod. */
export interface LogSource {
  namespace: string
  pod: string
  container?: string
  /** The log of the container before its last restart. */
  previous?: boolean
}

/** Logs of fake pods. They are served by KWOK through the API server, as a kubelet does, follow included. */
export interface PodLogs {
  /** Replaces the log. Readers that follow it start again with the new lines. */
  set(source: LogSource, lines: readonly LogLine[]): Promise<void>
  /** Adds lines at the end; a reader that follows sees them. `set` must have been called before. */
  append(source: LogSource, lines: readonly LogLine[]): void
}

interface LogRule {
  containers?: string[]
  logsFile: string
  previousLogsFile: string
}

/** Keeps the log files in a folder, and one KWOK `Logs` object per pod that points at them. */
export function podLogs(folder: string, api: () => ApiClient): PodLogs {
  const rules = new Map<string, Map<string, LogRule>>()
  return {
    async set(source, lines) {
      const { namespace, pod, container = '' } = source
      writeFileSync(fileOf(folder, source), format(lines))
      const ofPod = rules.get(`${namespace}/${pod}`) ?? new Map<string, LogRule>()
      rules.set(`${namespace}/${pod}`, ofPod)
      if (ofPod.has(container)) return
      ofPod.set(container, ruleFor(folder, source))
      await applyRules(api(), namespace, pod, [...ofPod.values()])
    },
    append(source, lines) {
      appendFileSync(fileOf(folder, source), format(lines))
    },
  }
}

function ruleFor(folder: string, source: LogSource): LogRule {
  const files = [false, true].map(previous => fileOf(folder, { ...source, previous }))
  // The other of the two must exist, or asking for it fails in a way that a kubelet does not fail.
  for (const file of files) appendFileSync(file, '')
  const [logsFile = '', previousLogsFile = ''] = files
  return { ...(source.container && { containers: [source.container] }), logsFile, previousLogsFile }
}

async function applyRules(api: ApiClient, namespace: string, pod: string, logs: LogRule[]): Promise<void> {
  await api.apply(`/apis/kwok.x-k8s.io/v1alpha1/namespaces/${namespace}/logs/${pod}`, {
    apiVersion: 'kwok.x-k8s.io/v1alpha1',
    kind: 'Logs',
    metadata: { name: pod, namespace },
    spec: { logs },
  })
}

function fileOf(folder: string, { namespace, pod, container, previous }: LogSource): string {
  return join(folder, [namespace, pod, container, previous && 'previous', 'log'].filter(Boolean).join('.'))
}

/** CRI log format: RFC 3339 time, stream, F for a whole line, text. */
function format(lines: readonly LogLine[]): string {
  return lines
    .map(line => (typeof line === 'string' ? { text: line } : line))
    .map(({ text, time = new Date(), stream = 'stdout' }) => `${time.toISOString()} ${stream} F ${text}\n`)
    .join('')
}

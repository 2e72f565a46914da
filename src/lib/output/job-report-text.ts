import type { JobReport } from '../analysis/providers/job-report.ts'

/** Why a Job did not succeed, with the last lines of its pods. */
export function jobReportText({ metric, namespace, name, phase, reason, pods, notVisible }: JobReport): string {
  const lines = pods.flatMap(pod => [
    `pod ${pod.name}: ${pod.status}`,
    ...pod.logs.flatMap(({ container, lines }) => lines.map(line => `  ${container}: ${line}`)),
  ])
  const head = `${metric}: job ${namespace}/${name} ${phase}${reason === '' ? '' : `: ${reason}`}`
  return [head, ...lines, ...(notVisible === undefined ? [] : [`not visible: ${notVisible}`])].join('\n')
}

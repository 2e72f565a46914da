import type { KubeClient, LogOptions as ServerOptions } from '../../context/kube-client.ts'
import { safeText } from '../../values/safe-text.ts'
import type { LogLine, LogOptions } from './log-entry.ts'
import type { LogSource } from './log-source.ts'

/** A stamp that the kubelet puts before each line, with the space behind it. */
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/

// grep runs over lines of somebody else's making
const longestGrepped = 16_000

/**
 * One container's log, line by line. Stamps are always asked for, since the lines of several containers are put in
 * order by them and a follow that was cut off goes on from the last one.
 *
 * @param from overrides what the options say about the beginning, to go on after a cut
 */
export async function* readLog(
  client: KubeClient,
  source: LogSource,
  options: LogOptions,
  signal: AbortSignal,
  from?: { sinceTime: string },
): AsyncGenerator<LogLine> {
  const ref = { name: source.pod, ...(source.namespace !== undefined && { namespace: source.namespace }) }
  for await (const text of client.logs(ref, serverOptions(source, options, from), signal)) {
    const time = stamp.exec(text)
    const line = time ? text.slice(time[0].length) : text
    if (options.grep && !options.grep.test(line.slice(0, longestGrepped))) continue
    const { pod, container, arm } = source
    yield { kind: 'line', pod, container, arm, line: safeText(line), ...(time?.[1] !== undefined && { time: time[1] }) }
  }
}

function serverOptions(source: LogSource, options: LogOptions, from: { sinceTime: string } | undefined): ServerOptions {
  const { sinceSeconds, sinceTime, tailLines, previous, follow } = options
  const begin = from ?? {
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...(tailLines !== undefined && { tailLines }),
  }
  return {
    container: source.container,
    timestamps: true,
    ...begin,
    ...(previous && { previous: true }),
    ...(follow && source.isRunning && { follow: true }),
  }
}

/** Which version of the rollout a pod runs. */
export type Arm = 'canary' | 'stable' | 'other'

export interface LogLine {
  kind: 'line'
  pod: string
  container: string
  arm: Arm
  /** without its line end, safe for a terminal */
  line: string
  /** RFC 3339 with nanoseconds, as the kubelet stamped it; absent where it did not */
  time?: string
}

/** What a reader should know besides the lines: a container that cannot be read, an arm without pods. */
export interface LogNote {
  kind: 'note'
  /** safe for a terminal */
  message: string
}

export type LogEntry = LogLine | LogNote

export interface LogOptions {
  /** default `all` */
  arm?: 'canary' | 'stable' | 'all'
  /** goes on with new lines and new pods until the signal aborts */
  follow?: boolean
  /** only lines that are younger, in seconds */
  sinceSeconds?: number
  /** only lines after this time, RFC 3339 */
  sinceTime?: string
  /** lines per container to begin with; default: all, 10 when following without a time */
  tailLines?: number
  /** only lines that match */
  grep?: RegExp
  /** of the containers that ran before the present ones */
  previous?: boolean
  /** only this container; default: every one of the pod, init containers included */
  container?: string
}

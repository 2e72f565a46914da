import type { HttpClient } from './http-client.ts'
import type { KubeClient } from './kube-client.ts'

/** stdout or stderr. After the reader has gone (EPIPE) writes are dropped and `isClosed` is true. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  readonly isClosed: boolean
  /** columns of the terminal; undefined when this is not one: never wrap or cut then */
  readonly columns: number | undefined
  readonly rows: number | undefined
  /** whether escape sequences for colour may be written (NO_COLOR, FORCE_COLOR, TERM, --color are decided already) */
  readonly hasColor: boolean
}

export interface Input {
  readonly isTerminal: boolean
  /** everything until the end */
  read(): Promise<string>
  /** the same as bytes */
  readBytes(): Promise<Uint8Array>
  /** one line without its end; for a question on a terminal */
  readLine(): Promise<string>
}

export interface Clock {
  /** ms since the epoch */
  now(): number
  /** Resolves after `ms`; rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/**
 * All that a function may reach of the outside world. Commands get one from cli/, tests build their own, and nothing
 * below cli/ touches process, Date, Math.random or fetch.
 */
export interface Context {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly clock: Clock
  /** uniform in [0, 1) */
  random(): number
  /** aborts on Ctrl-C and SIGTERM */
  readonly signal: AbortSignal
  readonly env: Readonly<Record<string, string | undefined>>
  readonly workingDirectory: string
  /** The API server of the flags and kubeconfig in force; connected on first use, the same client each time. */
  kube(): Promise<KubeClient>
  /** Any other server; made on first use, the same client each time. */
  http(): Promise<HttpClient>
}

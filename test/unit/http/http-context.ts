import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../../src/lib/context/context.ts'
import type { HttpClient } from '../../../src/lib/context/http-client.ts'
import { createHttpClient } from '../../../src/lib/http/client.ts'

export interface HttpContext {
  client: HttpClient
  context: Pick<Context, 'env' | 'signal' | 'clock'>
  /** as Ctrl-C does it */
  abort(reason: unknown): void
}

/** A client on the real clock: servers of the test are as slow as they are. */
export function httpContext(env: Record<string, string> = {}): HttpContext {
  const controller = new AbortController()
  const context: HttpContext['context'] = {
    env,
    signal: controller.signal,
    clock: {
      now: Date.now,
      sleep: (ms, signal) =>
        sleep(ms, undefined, { signal }).catch(() => {
          throw signal?.reason
        }),
    },
  }
  return { client: createHttpClient(context), context, abort: reason => controller.abort(reason) }
}
